package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.warehouse.Warehouse;
import java.time.Clock;
import org.apache.iceberg.io.FileIO;

/**
 * All that can be asked of the catalogs, wired over one state and one warehouse.
 *
 * @param deletions what keeps files from being deleted while somebody relies on them
 * @param warehouseRoot the location below which new tables stand
 */
public record CatalogServices(
        Catalogs catalogs,
        Namespaces namespaces,
        Tables tables,
        Commits commits,
        Views views,
        Receipts receipts,
        Metrics metrics,
        Functions functions,
        Ledger ledger,
        Recovery recovery,
        DroppedPurges purges,
        Restores restores,
        Backups backups,
        DeletionLock deletions,
        String warehouseRoot) {
    /** Wires all; manifests are read through {@code io}. {@code cacheBytes} is about how much memory parsed metadata may take. */
    public static CatalogServices over(
            CatalogStore store, Warehouse warehouse, FileIO io, MetadataFiles files, long cacheBytes) {
        TableDocuments tableDocuments = new TableDocuments(files, cacheBytes);
        ViewDocuments viewDocuments = new ViewDocuments(files, cacheBytes / 8);
        CommitLocks locks = new CommitLocks();
        DeletionLock deletions = new DeletionLock();
        Finishers finishers = new Finishers();
        AddedFiles added = new AddedFiles(warehouse, io);
        Namespaces namespaces = new Namespaces(store, warehouse, finishers);
        Tables tables = new Tables(store, warehouse, tableDocuments, added, deletions, finishers);
        return new CatalogServices(
                new Catalogs(store),
                namespaces,
                tables,
                new Commits(store, warehouse, tableDocuments, added, locks, finishers),
                new Views(store, warehouse, viewDocuments, locks, deletions, finishers),
                new Receipts(store, tableDocuments, viewDocuments),
                new Metrics(store, tables, Clock.systemUTC()),
                new Functions(namespaces),
                new Ledger(store),
                new Recovery(store, warehouse, tableDocuments, viewDocuments),
                new DroppedPurges(store),
                new Restores(store, warehouse, tableDocuments, viewDocuments, locks, deletions),
                new Backups(store, warehouse, files.unsettled(), deletions),
                deletions,
                warehouse.root());
    }
}
