package dev.firn.conformance.port.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A purge deletes the files of its table, and no other, when its time has come. */
class PurgeIT extends PurgingServer {
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
        client.http().get(then + "/credentials").expect(404);
        client.http().post(then + "/unregister", "").expect(403);
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

    /** Engines that are asked to compress manifests so. */
    @ParameterizedTest
    @ValueSource(strings = {"zstd", "snappy"})
    void whatCompressedManifestsName(String compression) {
        start("0");
        Table table = create(T, 0);
        table.updateProperties()
                .set(TableProperties.MANIFEST_COMPRESSION, compression)
                .commit();
        TestTable.append(table);
        catalog.dropTable(T, true);
        awaitGone(root(table));
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

    /** Hadoop's local file system keeps checksums beside the files that it writes. Those of files that are not deleted stay, and so does what only looks like them. */
    @Test
    void hiddenChecksumsGoWithTheirFiles() throws IOException {
        start("7d");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        List<Path> data = files.stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .toList();
        create(TableIdentifier.of("n", "other"), 0)
                .newAppend()
                .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath(data.get(0).toString())
                        .withFileSizeInBytes(4)
                        .withRecordCount(1)
                        .withFormat("parquet")
                        .build())
                .commit();
        for (Path file : files) {
            checksums(file);
        }
        Path stranger = checksums(root(table).resolve("data").resolve("stranger.parquet"));
        // Deleted before, by somebody who did not know of them.
        Files.delete(data.get(1));
        catalog.dropTable(T, true);
        server.close();
        start("0");
        awaitSettled(1);
        assertThat(TestTable.files(root(table)))
                .containsExactlyInAnyOrder(data.get(0), checksums(data.get(0)), stranger);

        Table whole = create(T, 2);
        for (Path file : TestTable.files(root(whole))) {
            checksums(file);
        }
        catalog.dropTable(T, true);
        awaitGone(root(whole));
    }

    private static Path checksums(Path file) throws IOException {
        return Files.writeString(file.resolveSibling("." + file.getFileName() + ".crc"), "crc");
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
}
