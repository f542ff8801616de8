package dev.firn.conformance.jmh;

import dev.firn.catalog.CatalogServices;
import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Catalogs;
import dev.firn.catalog.MetadataFiles;
import dev.firn.catalog.NewTable;
import dev.firn.catalog.UnsettledFiles;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.warehouse.FileJournal;
import dev.firn.warehouse.LocalFileIO;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import dev.firn.warehouse.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A catalog in a folder of its own, wired as the server wires it. */
final class World implements AutoCloseable {
    static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "note", Types.StringType.get()));
    private static final Namespace NAMESPACE = Namespace.of("bench");
    private static final long CACHE_BYTES = 64L << 20;
    private static final long SYNC_AFTER_MILLIS = 30_000;

    private final Path folder;
    private final SqlCatalogStore store;
    private final UnsettledFiles unsettled;
    private final MetadataFiles files;
    private final CatalogServices services;

    World() {
        try {
            folder = Files.createTempDirectory("firn-jmh").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = new SqlCatalogStore(folder.resolve("firn.db"), Clock.systemUTC());
        Locations locations = new Locations(List.of(folder));
        LocalFileStore fileStore = new LocalFileStore(locations);
        unsettled = new UnsettledFiles(
                new FileJournal(folder.resolve("new-files")), store.namedFiles(), fileStore, SYNC_AFTER_MILLIS);
        unsettled.start((what, given, keptUntil) -> {});
        files = new MetadataFiles(store, fileStore, unsettled, SYNC_AFTER_MILLIS);
        Warehouse warehouse = new Warehouse(Locations.of(folder), locations, fileStore);
        services = CatalogServices.over(store, warehouse, new LocalFileIO(locations), files, CACHE_BYTES);
        services.namespaces().create(session(), NAMESPACE, Map.of());
    }

    CatalogServices services() {
        return services;
    }

    CatalogSession session() {
        return services.catalogs().open(Catalogs.DEFAULT, "jmh");
    }

    /** Makes a table. */
    TableIdentifier table(String name) {
        TableIdentifier identifier = TableIdentifier.of(NAMESPACE, name);
        services.tables()
                .create(
                        session(),
                        new NewTable(
                                identifier,
                                null,
                                SCHEMA,
                                PartitionSpec.unpartitioned(),
                                SortOrder.unsorted(),
                                Map.of("write.metadata.previous-versions-max", "5")));
        return identifier;
    }

    @Override
    public void close() {
        files.close();
        unsettled.close();
        store.close();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
