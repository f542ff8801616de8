package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that cannot be read holds back the purges of others only as far, and as long, as it may need their files. */
class DamagedTableIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private FirnServer server;
    private RESTCatalog catalog;

    /** What of a table is damaged. */
    enum Part {
        METADATA,
        LIST,
        MANIFEST;

        Path of(Table table, String metadataLocation) {
            return TestTable.path(
                    switch (this) {
                        case METADATA -> metadataLocation;
                        case LIST -> table.currentSnapshot().manifestListLocation();
                        case MANIFEST -> newestManifest(table).path();
                    });
        }
    }

    private static ManifestFile newestManifest(Table table) {
        return table.currentSnapshot().allManifests(table.io()).get(0);
    }

    @BeforeEach
    void start() {
        start(Map.of());
        catalog.createNamespace(Namespace.of("n"));
    }

    private void start(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("FIRN_PURGE_AFTER", "0");
        variables.put("JAVA_TOOL_OPTIONS", "-Dfirn.purge-patience-millis=" + PATIENCE.toMillis());
        server = FirnServer.start(folder.resolve("data"), variables);
        catalog = JavaClient.connect(server);
    }

    @AfterEach
    void stop() throws IOException {
        catalog.close();
        server.close();
    }

    private Table create(String name, int commits) {
        Table table = catalog.buildTable(TableIdentifier.of("n", name), SCHEMA).create();
        for (int i = 0; i < commits; i++) {
            TestTable.append(table);
        }
        return table;
    }

    private String metadataLocation(String name) {
        return server.client()
                .loadTable("n", name)
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
    }

    private void purge(String name) {
        assertThat(catalog.dropTable(TableIdentifier.of("n", name), true)).isTrue();
    }

    /** By a request, because the client reads what it purges before it drops it. */
    private void purgeUnread(String name) {
        server.client()
                .http()
                .delete(server.client().table("n", name) + "?purgeRequested=true")
                .expect(204);
    }

    private static Path root(Table table) {
        return TestTable.path(table.location());
    }

    private static void awaitGone(Path root) {
        Eventually.become(() -> !Files.exists(root), () -> TestTable.files(root));
    }

    private void awaitLog(String text) {
        Eventually.become(
                () -> server.process().log().contains(text),
                () -> server.process().log());
    }

    private static byte[] replace(Path file, byte[] content) throws IOException {
        byte[] before = Files.readAllBytes(file);
        Files.write(file, content);
        return before;
    }

    private static byte[] garbage() {
        return "damaged".getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    void oneElsewhereHoldsAPurgeBackForAWhile(Part part) throws IOException {
        Table broken = create("broken", 2);
        Path file = part.of(broken, metadataLocation("broken"));
        byte[] content = replace(file, Arrays.copyOf(Files.readAllBytes(file), 3));
        Table table = create("t", 2);
        long dropped = System.nanoTime();
        purge("t");

        awaitGone(root(table));

        assertThat(Duration.ofNanos(System.nanoTime() - dropped)).isGreaterThan(PATIENCE);
        assertThat(server.process().log())
                .contains("Purged tables wait: cannot tell which files n.broken needs", "n.broken is still damaged")
                .doesNotContain("\tat ");
        Files.write(file, content);
        assertThat(TestTable.missing(broken)).isEmpty();
    }

    /** As where the disk of an allowed folder is not mounted: what is missing there may name any file, however long it takes. */
    @Test
    void oneWhoseDiskIsNotThereHoldsAllPurgesBack() throws IOException {
        stop();
        Path disk = Files.createDirectories(folder.resolve("disk"));
        start(Map.of("FIRN_ALLOW", disk.toString()));
        Table table = create("t", 1);
        DataFile borrowed = TestTable.dataFile(table.location() + "/data");
        table.newAppend().appendFile(borrowed).commit();
        Table elsewhere = catalog.buildTable(TableIdentifier.of("n", "elsewhere"), SCHEMA)
                .withLocation("file://" + disk.resolve("elsewhere"))
                .create();
        elsewhere.newAppend().appendFile(borrowed).commit();
        List<Path> files = TestTable.files(root(table));
        Path away = Files.move(disk.resolve("elsewhere"), folder.resolve("away"));
        purgeUnread("t");

        awaitLog("cannot tell which files n.elsewhere needs");
        LockSupport.parkNanos(2 * PATIENCE.toNanos());

        assertThat(TestTable.files(root(table))).isEqualTo(files);
        Files.move(away, disk.resolve("elsewhere"));
        awaitLog("Purged n.t:");
        assertThat(TestTable.files(root(table))).containsExactly(TestTable.path(borrowed.location()));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOfItKeepsThoseWaitingWhoseFilesItNames(Part part) throws IOException {
        Table table = create("t", 2);
        DataFile borrowed = TestTable.dataFile(table.location() + "/data");
        table.newAppend().appendFile(borrowed).commit();
        Table broken = create("broken", 1);
        broken.newAppend().appendFile(borrowed).commit();
        // With its manifest damaged, only an earlier one would tell of the file: so there has to be another.
        if (part == Part.MANIFEST) {
            TestTable.append(broken);
        }
        List<Path> files = TestTable.files(root(table));
        Path file = part.of(broken, metadataLocation("broken"));
        byte[] content = replace(file, garbage());
        Table other = create("other", 1);
        purge("t");
        purge("other");

        awaitGone(root(other));
        Table last = create("last", 1);
        purge("last");
        awaitGone(root(last));

        assertThat(TestTable.files(root(table))).isEqualTo(files);
        Files.write(file, content);
        awaitLog("Purged n.t:");
        assertThat(TestTable.files(root(table))).containsExactly(TestTable.path(borrowed.location()));
        assertThat(TestTable.missing(broken)).isEmpty();
    }

    /** Readers of Avro take a file that was cut off for a shorter one. */
    @ParameterizedTest
    @EnumSource(names = {"LIST", "MANIFEST"})
    void whatWasCutOffIsDamaged(Part part) throws IOException {
        Table table = create("t", 2);
        DataFile borrowed = TestTable.dataFile(table.location() + "/data");
        table.newAppend().appendFile(borrowed).commit();
        Table broken = create("broken", 1);
        broken.newAppend().appendFile(borrowed).commit();
        Path file = part.of(broken, metadataLocation("broken"));
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length - 5));
        purge("t");

        awaitLog("cannot tell which files n.broken needs");

        Files.write(file, content);
        awaitLog("Purged n.t:");
        assertThat(TestTable.missing(broken)).isEmpty();
    }

    @Test
    void oneWhoseFolderIsNearKeepsItWaiting() throws IOException {
        Table table = create("t", 2);
        Table within = catalog.buildTable(TableIdentifier.of("n", "within"), SCHEMA)
                .withLocation(table.location() + "/within")
                .create();
        TestTable.append(within);
        List<Path> files = TestTable.files(root(table));
        Path file = Part.LIST.of(within, "");
        byte[] content = replace(file, garbage());
        Table other = create("other", 1);
        purge("t");
        purge("other");

        awaitGone(root(other));

        assertThat(TestTable.files(root(table))).hasSameSizeAs(files);
        Files.write(file, content);
        awaitLog("Purged n.t:");
        assertThat(TestTable.missing(within)).isEmpty();
        assertThat(TestTable.files(root(table))).allMatch(path -> path.startsWith(root(within)));
    }

    /** Which the table is asked for that lies near the purged one, and that is whole as it is now. */
    @Test
    void whatIsDamagedInThePastOfOneThatIsNearHoldsBackNobodyElse() throws IOException {
        Table table = create("t", 2);
        Table within = catalog.buildTable(TableIdentifier.of("n", "within"), SCHEMA)
                .withLocation(table.location() + "/within")
                .create();
        TestTable.append(within);
        Path file = Part.METADATA.of(within, metadataLocation("within"));
        TestTable.append(within);
        byte[] content = replace(file, garbage());
        List<Path> files = TestTable.files(root(table));
        Table other = create("other", 1);
        purge("t");
        purge("other");

        awaitGone(root(other));

        assertThat(TestTable.files(root(table))).isEqualTo(files);
        Files.write(file, content);
        awaitLog("Purged n.t:");
        assertThat(TestTable.missing(within)).isEmpty();
        assertThat(TestTable.files(root(table))).allMatch(path -> path.startsWith(root(within)));
    }

    /** Encrypted, or compressed in a way that is not known here, or a folder in its place: another may read it, or it may come back. */
    @ParameterizedTest
    @ValueSource(strings = {"AGS1 and what only its owner can read", ""})
    void whatIsOutOfReachIsWaitedFor(String instead) throws IOException {
        Table broken = create("broken", 1);
        Path file = Part.LIST.of(broken, "");
        byte[] content = Files.readAllBytes(file);
        if (instead.isEmpty()) {
            Files.delete(file);
            Files.createDirectory(file);
        } else {
            Files.writeString(file, instead);
        }
        Table table = create("t", 1);
        List<Path> files = TestTable.files(root(table));
        purge("t");
        awaitLog("cannot tell which files n.broken needs");

        LockSupport.parkNanos(PATIENCE.multipliedBy(3).toNanos());

        assertThat(TestTable.files(root(table))).isEqualTo(files);
        Files.delete(file);
        Files.write(file, content);
        awaitGone(root(table));
    }

    @ParameterizedTest
    @EnumSource
    void aPurgedOneHoldsBackItselfOnly(Part part) throws IOException {
        Table table = create("t", 2);
        Path file = part.of(table, metadataLocation("t"));
        byte[] content = replace(file, garbage());
        List<Path> files = TestTable.files(root(table));
        purgeUnread("t");
        awaitLog("The purged table n.t waits:");
        Table other = create("other", 1);
        purge("other");

        awaitGone(root(other));

        assertThat(TestTable.files(root(table)))
                .containsAll(files.stream()
                        .filter(path -> path.toString().endsWith(".avro"))
                        .toList());
        Files.write(file, content);
        awaitGone(root(table));
    }
}
