package dev.firn.conformance.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/** Tables of many data files that are only spoken of: file number n holds the ids from 1,000 n until 1,000 n + 1,000, and bounds of all columns. */
final class ScanTables {
    static final Namespace NAMESPACE = Namespace.of("bench");
    static final int FILES = 10_000;
    static final int ROWS = 1_000;
    private static final int COLUMNS = 20;

    private ScanTables() {}

    static RESTCatalog connect(URI server) {
        RESTCatalog catalog = new RESTCatalog();
        catalog.initialize(
                "firn",
                Map.of(
                        CatalogProperties.URI,
                        server.toString(),
                        CatalogProperties.FILE_IO_IMPL,
                        LocalFiles.class.getName(),
                        "rest-metrics-reporting-enabled",
                        "false"));
        return catalog;
    }

    /** Makes a table with its files in so many manifests of the same size. */
    static void create(RESTCatalog catalog, String name, int manifests) {
        Table table = catalog.createTable(TableIdentifier.of(NAMESPACE, name), schema());
        int files = FILES / manifests;
        for (int manifest = 0; manifest < manifests; manifest++) {
            AppendFiles append = table.newFastAppend();
            for (int file = 0; file < files; file++) {
                append.appendFile(file(table, (long) manifest * files + file));
            }
            append.commit();
        }
        int found = table.currentSnapshot().dataManifests(table.io()).size();
        if (found != manifests) {
            throw new IllegalStateException("Iceberg wrote " + found + " manifests, not " + manifests);
        }
    }

    private static Schema schema() {
        List<Types.NestedField> columns = new ArrayList<>();
        for (int column = 1; column <= COLUMNS; column++) {
            String name = column == 1 ? "id" : "column_" + column;
            columns.add(Types.NestedField.optional(
                    column, name, column % 2 == 1 ? Types.LongType.get() : Types.StringType.get()));
        }
        return new Schema(columns);
    }

    private static DataFile file(Table table, long number) {
        Map<Integer, Long> sizes = new HashMap<>();
        Map<Integer, Long> values = new HashMap<>();
        Map<Integer, Long> nulls = new HashMap<>();
        Map<Integer, ByteBuffer> lower = new HashMap<>();
        Map<Integer, ByteBuffer> upper = new HashMap<>();
        for (Types.NestedField column : table.schema().columns()) {
            int id = column.fieldId();
            sizes.put(id, 10_000L + number);
            values.put(id, (long) ROWS);
            nulls.put(id, 0L);
            lower.put(id, bound(column, number * ROWS));
            upper.put(id, bound(column, number * ROWS + ROWS - 1));
        }
        return DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/part-%08d-0a1b2c3d.parquet".formatted(number))
                .withFileSizeInBytes(1_000_000)
                .withSplitOffsets(List.of(4L))
                .withMetrics(new Metrics((long) ROWS, sizes, values, nulls, null, lower, upper))
                .build();
    }

    private static ByteBuffer bound(Types.NestedField column, long value) {
        Object bound = column.fieldId() % 2 == 1 ? (Object) value : "value %012d".formatted(value);
        return Conversions.toByteBuffer(column.type(), bound);
    }
}
