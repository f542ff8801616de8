package dev.firn.conformance.port.crash;

import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.GenericStatisticsFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;

/**
 * A program that writes as engines do: it leaves its files to the operating system. Its arguments are the address of the server and how many data files the first of
 * its commits adds, and how its manifests are compressed.
 */
final class Engine {
    static final TableIdentifier TABLE = TableIdentifier.of("n", "t");
    static final TableIdentifier REGISTERED = TableIdentifier.of("n", "registered");
    static final String ROWS = "rows";

    private Engine() {}

    /** Fails if a commit is not acknowledged. */
    public static void main(String[] arguments) throws IOException {
        try (RESTCatalog catalog = JavaClient.connect(URI.create(arguments[0]))) {
            if (!catalog.namespaceExists(Namespace.of("n"))) {
                catalog.createNamespace(Namespace.of("n"));
            }
            Table table = catalog.tableExists(TABLE)
                    ? catalog.loadTable(TABLE)
                    : catalog.buildTable(TABLE, JavaClient.SCHEMA)
                            .withProperty(TableProperties.MANIFEST_COMPRESSION, arguments[2])
                            .create();
            append(table, Integer.parseInt(arguments[1]));
            deleteRows(table);
            describe(table);
            if (!catalog.tableExists(REGISTERED)) {
                catalog.registerTable(REGISTERED, writeElsewhere(table));
            }
        }
    }

    /** A metadata file with a snapshot more, and with its statistics, of which no commit has told the catalog. */
    private static String writeElsewhere(Table table) throws IOException {
        Transaction transaction = table.newTransaction();
        transaction.newAppend().appendFile(dataFiles(table, 1).get(0)).commit();
        long snapshot = ((BaseTransaction) transaction)
                .currentMetadata()
                .currentSnapshot()
                .snapshotId();
        transaction
                .updateStatistics()
                .setStatistics(statistics(table, snapshot))
                .commit();
        String location = table.location() + "/metadata/00000-" + UUID.randomUUID() + ".metadata.json";
        TableMetadataParser.write(
                ((BaseTransaction) transaction).currentMetadata(), table.io().newOutputFile(location));
        return location;
    }

    static void append(Table table, int files) throws IOException {
        AppendFiles append = table.newAppend();
        for (DataFile file : dataFiles(table, files)) {
            append.appendFile(file);
        }
        append.commit();
    }

    static List<DataFile> dataFiles(Table table, int count) throws IOException {
        List<DataFile> files = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            files.add(DataFiles.builder(PartitionSpec.unpartitioned())
                    .withPath(write(table, "data/" + System.nanoTime() + "-" + number + ".parquet"))
                    .withFileSizeInBytes(ROWS.length())
                    .withRecordCount(1)
                    .withFormat("parquet")
                    .build());
        }
        return files;
    }

    private static void deleteRows(Table table) throws IOException {
        DeleteFile deletes = FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                .ofPositionDeletes()
                .withPath(write(table, "data/" + System.nanoTime() + "-deletes.parquet"))
                .withFileSizeInBytes(ROWS.length())
                .withRecordCount(1)
                .withFormat("parquet")
                .build();
        table.newRowDelta().addDeletes(deletes).commit();
    }

    private static void describe(Table table) throws IOException {
        table.updateStatistics()
                .setStatistics(statistics(table, table.currentSnapshot().snapshotId()))
                .commit();
    }

    private static StatisticsFile statistics(Table table, long snapshot) throws IOException {
        return new GenericStatisticsFile(
                snapshot, write(table, "metadata/" + snapshot + ".stats"), ROWS.length(), 1, List.of());
    }

    private static String write(Table table, String name) throws IOException {
        String location = table.location() + "/" + name;
        Files.writeString(path(location), ROWS);
        return location;
    }

    static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }
}
