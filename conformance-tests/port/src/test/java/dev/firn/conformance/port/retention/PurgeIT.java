package dev.firn.conformance.port.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A purge deletes the files of its table, and no other, when its time has come. */
class PurgeIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final TableIdentifier T = TableIdentifier.of("n", "t");

    @TempDir
    private Path folder;

    private FirnServer server;
    private RESTCatalog catalog;

    private void start(String purgeAfter) {
        server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_PURGE_AFTER", purgeAfter));
        catalog = JavaClient.connect(server);
        if (!catalog.namespaceExists(Namespace.of("n"))) {
            catalog.createNamespace(Namespace.of("n"));
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            catalog.close();
            server.close();
        }
    }

    private Table create(TableIdentifier name, int commits) {
        Table table = catalog.buildTable(name, SCHEMA).create();
        for (int i = 0; i < commits; i++) {
            TestTable.append(table);
        }
        return table;
    }

    private static Path root(Table table) {
        return TestTable.path(table.location());
    }

    private static void awaitGone(Path root) {
        Eventually.become(() -> !Files.exists(root), () -> TestTable.files(root));
    }

    private String metadataLocation(TableIdentifier name) {
        return server.client()
                .loadTable(name.namespace().toString(), name.name())
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
    }

    private long newestChange() {
        JsonNode changes = server.client()
                .http()
                .get("/api/v1/catalogs/main/changes?limit=1000")
                .expect(200)
                .json()
                .get("changes");
        return changes.get(changes.size() - 1).get("change").asLong();
    }

    @Test
    void theNameIsFreeAtOnceAndTheFilesGo() throws IOException {
        start("0");
        Table table = create(T, 3);
        table.expireSnapshots()
                .expireSnapshotId(table.currentSnapshot().parentId())
                .commit();
        Path stranger = Files.writeString(root(table).resolve("notes.txt"), "of a human");
        long before = newestChange();

        catalog.dropTable(T, true);
        Table next = create(T, 1);

        Eventually.become(
                () -> TestTable.files(root(table)).equals(List.of(stranger)), () -> TestTable.files(root(table)));
        assertThat(TestTable.missing(next)).isEmpty();
        CatalogClient client = server.client();
        String then = "/v1/main@change:" + before + "/namespaces/n/tables/t";
        client.http().head(then).expect(404);
        Answer past = client.http().get(then).expect(404);
        assertThat(past.json().at("/error/type").asText()).isEqualTo("NoSuchTableException");
        assertThat(past.json().at("/error/message").asText()).contains("n.t was purged on 20", "main@change:");
        assertThat(client.http()
                        .get("/api/v1/catalogs/main/dropped")
                        .expect(200)
                        .json()
                        .get("dropped"))
                .isEmpty();
        client.http()
                .post(
                        "/api/v1/catalogs/main/undrop",
                        "{\"namespace\":[\"n\"],\"name\":\"t\",\"to\":{\"namespace\":[\"n\"],\"name\":\"u\"}}")
                .expect(404);
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    /**
     * The first answers were made of files that are gone. Who repeats a change is not told 404, for which clients delete the files of their commit: it was done. Who asks for something
     * else is told what has become of the table.
     */
    @Test
    void requestsAboutWhatHasGone() {
        start("0");
        CatalogClient client = server.client();
        byte[] create =
                "{\"name\":\"t\",\"schema\":%s}".formatted(CatalogClient.SCHEMA).getBytes(UTF_8);
        byte[] set = Changes.set("k", "v").toString().getBytes(UTF_8);
        String tables = client.namespace("n") + "/tables";
        Path root = TestTable.path(keyed(tables, create, "1")
                .expect(200)
                .json()
                .at("/metadata/location")
                .asText());
        keyed(tables + "/t", set, "2").expect(200);
        // What is no table's present state is not kept in memory.
        client.commit("n", "t", Changes.set("k", "w")).expect(200);
        long before = newestChange();
        client.http().delete(tables + "/t?purgeRequested=true").expect(204);
        awaitGone(root);

        for (Answer repeated : List.of(keyed(tables, create, "1"), keyed(tables + "/t", set, "2"))) {
            assertThat(repeated.expect(500).json().at("/error/message").asText())
                    .startsWith("The request was done and is not done again")
                    .contains(".metadata.json");
        }
        client.loadTable("n", "t").expect(404);
        Answer plan =
                client.http().post("/v1/main@change:" + before + "/namespaces/n/tables/t/plan", "{\"snapshot-id\":1}");
        assertThat(plan.expect(404).json().at("/error/message").asText()).startsWith("Table n.t was purged on 20");
    }

    private Answer keyed(String path, byte[] body, String key) {
        return server.client()
                .http()
                .send("POST", path, body, "Idempotency-Key", "0198c1d0-0000-7000-8000-00000000000" + key);
    }

    @Test
    void untilItsTimeATableCanComeBack() {
        start("7d");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        catalog.dropTable(T, true);
        server.close();
        start("10s");
        Table other = create(TableIdentifier.of("n", "other"), 1);
        catalog.dropTable(other.name().endsWith("other") ? TableIdentifier.of("n", "other") : T, true);
        server.client()
                .http()
                .post("/api/v1/catalogs/main/undrop", "{\"namespace\":[\"n\"],\"name\":\"t\"}")
                .expect(200);
        // Dropped later, gone now: its time has come, and so that of the first has.
        awaitGone(root(other));
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        assertThat(TestTable.missing(catalog.loadTable(T))).isEmpty();
    }

    @Test
    void aTableOverTheSameFilesKeepsThem() {
        start("0");
        Table table = create(T, 3);
        TableIdentifier twin = TableIdentifier.of("n", "twin");
        Table second = catalog.registerTable(twin, metadataLocation(T));
        TestTable.append(table);
        List<Path> shared = TestTable.files(root(table));
        TestTable.append(second);
        // An engine drops from the present state what the past still shows.
        second.expireSnapshots()
                .expireSnapshotId(second.currentSnapshot().parentId())
                .commit();
        long before = newestChange();

        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.missing(second)).isEmpty();
        assertThat(TestTable.missing(catalog.loadTable(twin))).isEmpty();
        server.client()
                .http()
                .get("/v1/main@change:" + before + "/namespaces/n/tables/twin")
                .expect(200);
        assertThat(TestTable.files(root(table))).hasSizeLessThan(shared.size() + 6);

        catalog.dropTable(twin, true);
        awaitGone(root(table));
    }

    @Test
    void whatANameWasBeforeItWasOverwrittenStays() {
        start("0");
        Table table = create(T, 2);
        TableIdentifier twin = TableIdentifier.of("n", "twin");
        catalog.registerTable(twin, metadataLocation(T));
        List<Path> files = TestTable.files(root(table));
        long before = newestChange();
        create(TableIdentifier.of("n", "other"), 1);
        server.client()
                .http()
                .post(
                        server.client().namespace("n") + "/register",
                        "{\"name\":\"twin\",\"overwrite\":true,\"metadata-location\":\""
                                + metadataLocation(TableIdentifier.of("n", "other")) + "\"}")
                .expect(200);
        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        // What the name was can still be seen.
        server.client()
                .http()
                .get("/v1/main@change:" + before + "/namespaces/n/tables/twin")
                .expect(200);
    }

    /** Waits until so many purges are over. */
    private void awaitSettled(int purges) {
        Eventually.become(
                () -> server.process()
                                .log()
                                .lines()
                                .filter(line -> line.contains("Purged "))
                                .count()
                        >= purges,
                () -> server.process().log());
    }

    @Test
    void whatCanComeBackKeepsItsFiles() {
        start("0");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        String location = metadataLocation(T);
        catalog.dropTable(T, false);
        TableIdentifier again = TableIdentifier.of("n", "again");
        catalog.registerTable(again, location);
        catalog.dropTable(again, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        server.client()
                .http()
                .post("/api/v1/catalogs/main/undrop", "{\"namespace\":[\"n\"],\"name\":\"t\"}")
                .expect(200);
        assertThat(TestTable.missing(catalog.loadTable(T))).isEmpty();
    }

    @Test
    void whatAnotherCatalogHasStays() {
        start("0");
        Table table = create(T, 2);
        TableIdentifier given = TableIdentifier.of("n", "given");
        catalog.registerTable(given, metadataLocation(T));
        List<Path> files = TestTable.files(root(table));
        server.client()
                .http()
                .post(server.client().table("n", "given") + "/unregister", "{}")
                .expect(200);
        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
    }

    @Test
    void aNewTableInTheSameFolderKeepsItsFiles() {
        start("2s");
        Table old = create(T, 2);
        List<Path> oldFiles = TestTable.files(root(old));
        catalog.dropTable(T, true);
        Table next = catalog.buildTable(T, SCHEMA).withLocation(old.location()).create();
        TestTable.append(next);
        // A file of the old table that an engine has added to the new one.
        Path adopted = oldFiles.stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        next.newAppend()
                .appendFile(org.apache.iceberg.DataFiles.builder(org.apache.iceberg.PartitionSpec.unpartitioned())
                        .withPath(adopted.toString())
                        .withFileSizeInBytes(4)
                        .withRecordCount(1)
                        .withFormat("parquet")
                        .build())
                .commit();
        awaitSettled(1);
        assertThat(TestTable.missing(next)).isEmpty();
        assertThat(adopted).exists();
        assertThat(root(next).resolve("data")).isDirectory();
        oldFiles.stream()
                .filter(file -> !file.equals(adopted))
                .forEach(file -> assertThat(file).doesNotExist());
    }

    @Test
    void aTableWithinTheFolderAndOneElsewhereKeepWhatTheyName() {
        start("0");
        Table table = create(T, 2);
        Table within = catalog.buildTable(TableIdentifier.of("n", "within"), SCHEMA)
                .withLocation(table.location() + "/data/within")
                .create();
        TestTable.append(within);
        Table elsewhere = create(TableIdentifier.of("n", "elsewhere"), 0);
        String borrowed = table.location() + "/data";
        org.apache.iceberg.DataFile file = TestTable.dataFile(borrowed);
        table.newAppend().appendFile(file).commit();
        elsewhere.newAppend().appendFile(file).commit();
        TableIdentifier renamed = TableIdentifier.of("n", "renamed");
        catalog.renameTable(T, renamed);
        TestTable.append(catalog.loadTable(renamed));

        catalog.dropTable(renamed, true);
        awaitSettled(1);
        assertThat(TestTable.missing(within)).isEmpty();
        assertThat(TestTable.missing(elsewhere)).isEmpty();
        List<Path> left = TestTable.files(root(table));
        assertThat(left)
                .allMatch(path -> path.startsWith(root(within))
                        || file.location().endsWith(path.getFileName().toString()));
    }

    @Test
    void dataThatTheTableDoesNotOwnStays() {
        start("0");
        Table table = create(T, 2);
        table.updateProperties().set("gc.enabled", "false").commit();
        server.client()
                .http()
                .delete(server.client().table("n", "t") + "?purgeRequested=true")
                .expect(204);
        awaitSettled(1);
        assertThat(TestTable.files(root(table)))
                .hasSize(2)
                .allMatch(path -> path.toString().endsWith(".parquet"));
    }

    @Test
    void aKilledPurgeGoesOn() {
        start("7d");
        Table table = create(T, 1);
        for (int commit = 0; commit < 10; commit++) {
            var append = table.newAppend();
            for (int file = 0; file < 100; file++) {
                append.appendFile(TestTable.dataFile(table.location() + "/data"));
            }
            append.commit();
        }
        int all = TestTable.files(root(table)).size();
        catalog.dropTable(T, true);
        server.close();
        for (int kill = 0; kill < 2; kill++) {
            start("0");
            int before = TestTable.files(root(table)).size();
            Eventually.become(
                    () -> TestTable.files(root(table)).size() < before || before == 0, () -> before + " files");
            server.process().kill();
        }
        assertThat(TestTable.files(root(table)).size()).isLessThan(all);
        start("0");
        awaitGone(root(table));
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    @Test
    void aTableThatCannotBeReadMakesAPurgeWait() throws IOException {
        start("0");
        Table broken = create(TableIdentifier.of("n", "broken"), 1);
        Path list = TestTable.path(broken.currentSnapshot().manifestListLocation());
        byte[] content = Files.readAllBytes(list);
        Files.write(list, new byte[] {1, 2, 3});
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        catalog.dropTable(T, true);
        Eventually.become(
                () -> server.process().log().contains("cannot tell which files n.broken needs"),
                () -> server.process().log());
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        Files.write(list, content);
        awaitGone(root(table));
    }

    @Test
    void whatIsNoLengthOfTimeIsRefused() {
        FirnCommand command = FirnCommand.run(
                folder, "serve", "--data", folder.resolve("none").toString(), "--purge-after", "soon");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("'soon'", "7d");
    }

    /** It would not fit into a date. */
    @Test
    void moreThanAHundredYearsAreRefused() {
        String data = folder.resolve("none").toString();
        for (String option : List.of("--purge-after", "--keep-history")) {
            FirnCommand command = FirnCommand.run(folder, "serve", "--data", data, option, "P106751991167300D");
            assertThat(command.exitCode()).isEqualTo(2);
            assertThat(command.err()).contains(option, "longer than 100 years (36525d): 'P106751991167300D'");
        }
    }

    private FirnCommand firn(String command, Path backup) {
        return FirnCommand.run(
                folder,
                command,
                backup.toString(),
                "--data",
                folder.resolve("data").toString());
    }

    private void purgeAllButTheMetadataFile(Table table) throws IOException {
        Path metadata = TestTable.path(metadataLocation(T));
        byte[] content = Files.readAllBytes(metadata);
        catalog.dropTable(T, true);
        awaitGone(root(table));
        Files.createDirectories(metadata.getParent());
        Files.write(metadata, content);
    }

    /** The last metadata file is deleted at the end, so its being there says nothing of the other files. */
    @Test
    void aBackupOfATableWhoseFilesAreGoingIsNotRestored() throws IOException {
        start("0");
        Table table = create(T, 2);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        purgeAllButTheMetadataFile(table);

        FirnCommand refused = firn("restore", backup);

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("n.t", "was purged since", "nothing was restored");
        server.client().loadTable("n", "t").expect(404);
        create(TableIdentifier.of("n", "next"), 1);
    }

    /** The backup has the last metadata files of the table in it, as they were not yet synced. */
    @Test
    void aRestoreThatIsRefusedWritesNoFile() throws IOException {
        start("0");
        Table table = create(T, 2);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        catalog.dropTable(T, true);
        awaitGone(root(table));

        assertThat(firn("restore", backup).expectFailure()).contains("was purged since");

        assertThat(root(table)).doesNotExist();
    }

    @Test
    void aRestoreKnowsWhatWasPurgedSince() throws IOException {
        start("0");
        Table table = create(T, 2);
        catalog.dropTable(T, false);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        firn("undrop", Path.of("n.t")).expectDone();
        catalog.dropTable(T, true);
        awaitGone(root(table));

        firn("restore", backup).expectDone();

        assertThat(server.client()
                        .http()
                        .get("/api/v1/catalogs/main/dropped")
                        .expect(200)
                        .json()
                        .get("dropped"))
                .isEmpty();
    }

    /** The backup that was restored in between knows nothing of the table. */
    @Test
    void aPurgeIsKnownAfterTheRestoreOfABackupFromBeforeTheTable() throws IOException {
        start("0");
        Path early = folder.resolve("early.backup");
        firn("backup", early).expectDone();
        Table table = create(T, 2);
        Path late = folder.resolve("late.backup");
        firn("backup", late).expectDone();
        purgeAllButTheMetadataFile(table);

        firn("restore", early).expectDone();

        assertThat(firn("restore", late).expectFailure()).contains("was purged since");
        assertThat(FirnCommand.run(
                                folder,
                                "doctor",
                                "--data",
                                folder.resolve("data").toString())
                        .out())
                .contains("database: no damage");
    }
}
