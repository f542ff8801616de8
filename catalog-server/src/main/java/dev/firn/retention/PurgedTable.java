package dev.firn.retention;

import dev.firn.store.CatalogStore;
import dev.firn.store.FormerFileStore;
import dev.firn.store.Purge;
import dev.firn.warehouse.LocalCleanup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/**
 * The files of one purged table: all that the metadata files of its history name. Read anew after a kill, from what is left: files are deleted in an order in which
 * nothing is forgotten that is still there, first data, then manifests, then their lists, the last metadata file at the very end.
 */
final class PurgedTable {
    private final Footprint footprint;
    private final Set<String> earlierMetadataFiles = new LinkedHashSet<>();
    private final String lastMetadataFile;
    private final Set<Path> roots = new LinkedHashSet<>();
    private final String location;
    private final boolean ownsData;

    private PurgedTable(FileIO io, String lastMetadataFile, TableMetadata last) {
        this.lastMetadataFile = lastMetadataFile;
        this.footprint = new Footprint(io);
        this.location = last.location();
        // Iceberg's own word for: somebody else may have these data files.
        this.ownsData = last.propertyAsBoolean(TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT);
    }

    /**
     * Reads what the table consists of.
     *
     * @throws NotFoundException if its last metadata file is gone
     * @throws RuntimeException if it cannot be known
     */
    static PurgedTable read(CatalogStore store, Purge purge, MetadataReader reader, FileIO io, LocalCleanup cleanup) {
        String lastFile = purge.last().metadataLocation();
        TableMetadata last = reader.read(lastFile);
        PurgedTable table = new PurgedTable(io, lastFile, last);
        table.add(last, cleanup);
        Set<String> earlier = new LinkedHashSet<>();
        store.purges()
                .history(purge.catalog(), purge.last())
                .forEach(version -> earlier.add(version.metadataLocation()));
        store.formerFiles()
                .of(new FormerFileStore.Identity(purge.catalog(), purge.last().uuid()), Integer.MAX_VALUE)
                .forEach(file -> earlier.add(file.location()));
        List<String> unread = new ArrayList<>(earlier);
        unread.addAll(table.footprint.logged());
        unread.remove(lastFile);
        for (String file : unread) {
            try {
                TableMetadata metadata = reader.read(file);
                if (metadata.uuid() == null
                        || metadata.uuid().equals(purge.last().uuid())) {
                    table.add(metadata, cleanup);
                }
            } catch (NotFoundException e) {
                // Deleted before, by an earlier round or by somebody else.
            }
        }
        table.earlierMetadataFiles.addAll(unread);
        table.earlierMetadataFiles.addAll(table.footprint.logged());
        table.earlierMetadataFiles.remove(lastFile);
        return table;
    }

    private void add(TableMetadata metadata, LocalCleanup cleanup) {
        footprint.add(metadata);
        cleanup.folder(metadata.location()).ifPresent(roots::add);
    }

    String location() {
        return location;
    }

    /** The folders of the table, now and before. */
    Set<Path> roots() {
        return roots;
    }

    /** Whether its data files may be deleted: not with {@code gc.enabled=false}. */
    boolean ownsData() {
        return ownsData;
    }

    Footprint footprint() {
        return footprint;
    }

    /** All but the last one. */
    Set<String> earlierMetadataFiles() {
        return earlierMetadataFiles;
    }

    /** The one that names all others. */
    String lastMetadataFile() {
        return lastMetadataFile;
    }

    /** All of them. */
    Set<String> metadataFiles() {
        Set<String> all = new LinkedHashSet<>(earlierMetadataFiles);
        all.add(lastMetadataFile);
        return all;
    }
}
