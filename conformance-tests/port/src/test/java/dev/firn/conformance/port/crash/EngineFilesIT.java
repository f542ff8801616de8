package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines do not wait until their files are on the disk, so the server does before it acknowledges a commit: rows are not lost in a power cut. */
class EngineFilesIT {
    /** Single files, and so many that their file system is synced as a whole where it can be. */
    @ParameterizedTest
    @CsvSource({"2, gzip", "150, gzip", "2, zstd", "2, snappy"})
    void whatAnEngineWroteOutlastsAPowerCut(int files, String compression) throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            power.run(Engine.class, server.uri().toString(), String.valueOf(files), compression);
            // Not the first that is synced as a whole any more.
            power.run(Engine.class, server.uri().toString(), String.valueOf(files), compression);
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start();
                RESTCatalog catalog = JavaClient.connect(server)) {
            Table table = catalog.loadTable(Engine.TABLE);
            assertThat(table.snapshots()).hasSize(4);
            assertThat(table.statisticsFiles()).hasSize(2);
            List<FileScanTask> tasks = whole(table);
            assertThat(tasks).hasSize(2 * files);
            assertThat(tasks.stream().mapToInt(task -> task.deletes().size()).max())
                    .hasValue(2);
            Table registered = catalog.loadTable(Engine.REGISTERED);
            assertThat(registered.statisticsFiles()).hasSize(2);
            assertThat(whole(registered)).hasSize(files + 1);
        }
    }

    /** What a scan reads, all of which is there, as the statistics are. */
    private static List<FileScanTask> whole(Table table) throws IOException {
        for (StatisticsFile statistics : table.statisticsFiles()) {
            assertThat(Engine.path(statistics.path())).hasContent(Engine.ROWS);
        }
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
            planned.forEach(tasks::add);
        }
        for (FileScanTask task : tasks) {
            requireWhole(task.file());
            task.deletes().forEach(EngineFilesIT::requireWhole);
        }
        return tasks;
    }

    private static void requireWhole(ContentFile<?> file) {
        assertThat(Engine.path(file.location())).hasContent(Engine.ROWS);
    }

    /** What the operating system could not write it forgets, and says afterwards that all is well: the same file is not believed any more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_500})
    void whatCannotBeMadeDurableIsNotAcknowledged(int files) throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        // Not for half a minute.
        try (FirnServer server = power.start();
                RESTCatalog catalog = JavaClient.connect(server, "rest.client.max-retries", "1")) {
            catalog.createNamespace(Engine.TABLE.namespace());
            Table table = catalog.createTable(Engine.TABLE, JavaClient.SCHEMA);
            List<DataFile> added = Engine.dataFiles(table, files);
            power.faults().fail("sync", Faults.BROKEN, ".parquet$");
            assertThatThrownBy(() -> append(table, added).commit()).hasMessageContaining("Cannot sync");
            power.faults().none();
            assertThatThrownBy(() -> append(table, added).commit())
                    .hasMessageContaining(added.get(0).location());
            table.refresh();
            assertThat(table.snapshots()).isEmpty();
            Engine.append(table, 1);
            assertThat(table.snapshots()).hasSize(1);
        }
    }

    /** Nothing was lost where a file could not even be opened: it is tried again. */
    @Test
    void whatCouldNotBeOpenedIsNotTakenForLost(@TempDir Path folder) throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"));
                RESTCatalog catalog = JavaClient.connect(server, "rest.client.max-retries", "1")) {
            catalog.createNamespace(Engine.TABLE.namespace());
            Table table = catalog.createTable(Engine.TABLE, JavaClient.SCHEMA);
            List<DataFile> added = Engine.dataFiles(table, 1);
            Path file = Engine.path(added.get(0).location());
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
            assertThatThrownBy(() -> append(table, added).commit()).hasMessageContaining("Cannot sync");
            Files.delete(file);
            Files.writeString(file, Engine.ROWS);
            append(table, added).commit();
            assertThat(whole(table)).hasSize(1);
        }
    }

    private static AppendFiles append(Table table, List<DataFile> files) {
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        return append;
    }
}
