package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** A table that was dropped without a purge is given up: from then on it is as if it had been dropped with one. */
class PurgeDroppedIT extends PurgingServer {
    private static final TableIdentifier OTHER = TableIdentifier.of("n", "other");
    private static final String OURS = "/api/v1/catalogs/main";

    private FirnCommand firn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", folder.resolve("data").toString()));
        return FirnCommand.run(folder, all.toArray(new String[0]));
    }

    /** {@code more} are further fields, in single quotes. */
    private Answer purge(String name, String more) {
        return server.client()
                .http()
                .post(OURS + "/purge", Json.of("{'namespace':['n'],'name':'" + name + "'" + more + "}"));
    }

    private Answer undrop(String name) {
        return server.client().http().post(OURS + "/undrop", Json.of("{'namespace':['n'],'name':'%s'}", name));
    }

    private JsonNode dropped() {
        return server.client().http().get(OURS + "/dropped").expect(200).json().get("dropped");
    }

    private JsonNode change(long number) {
        return server.client()
                .http()
                .get(OURS + "/changes?after=" + (number - 1) + "&limit=1")
                .expect(200)
                .json()
                .at("/changes/0");
    }

    private static String message(Answer answer) {
        return answer.json().at("/error/message").asText();
    }

    private static void deleteAll(Path root) throws IOException {
        for (Path file : TestTable.files(root)) {
            Files.delete(file);
        }
    }

    /** As those of a {@code DROP TABLE … PURGE} that Spark does itself. */
    @Test
    void oneWhoseFilesAreGoneIsNoProblemAnyMore() throws IOException {
        start("7d");
        create(OTHER, 1);
        Table table = create(T, 2);
        long before = newestChange();
        catalog.dropTable(T, false);
        long drop = newestChange();
        // What the state keeps until it is synced could be written again.
        server.close();
        start("7d");
        deleteAll(root(table));
        FirnCommand found = firn("doctor");
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(found.out())
                .contains(
                        "problem  dropped table n.t: its metadata file is missing", "firn purge n.t --change " + drop);

        assertThat(firn("purge", "n.t", "--change", String.valueOf(drop))
                        .expectDone()
                        .out())
                .contains("table n.t, dropped by change " + drop + ", is to be purged (change " + (drop + 1) + ")");

        FirnCommand waiting = firn("doctor", "--deep");
        assertThat(waiting.exitCode()).as("%s", waiting).isZero();
        assertThat(waiting.out())
                .contains("dropped table n.t: its metadata file is missing", "it is to be purged", "Healthy.")
                .contains("1 tables, 0 dropped ones that can come back");
        assertThat(firn("dropped").expectDone().out()).contains("n.t", "can come back until 20");
        server.close();
        start("0");
        awaitSettled(1);
        FirnCommand healthy = firn("doctor", "--deep");
        assertThat(healthy.exitCode()).as("%s", healthy).isZero();
        assertThat(healthy.out()).doesNotContain("n.t");
        assertThat(dropped()).isEmpty();
        assertThat(message(server.client()
                        .http()
                        .get("/v1/main@change:" + before + "/namespaces/n/tables/t")
                        .expect(404)))
                .contains("n.t was purged on 20");
        assertThat(firn("purge", "n.t").expectFailure()).contains("n.t", "was purged already", "since 20");
        assertThat(firn("purge", "n.t", "--change", String.valueOf(drop)).expectFailure())
                .contains("was purged already");
    }

    @Test
    void filesGoWhenTheirTimeIsOver() {
        start("7d");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        catalog.dropTable(T, false);
        long drop = newestChange();

        JsonNode purged = purge("t", "").expect(200).json();

        JsonNode row = change(purged.get("change").asLong());
        assertThat(row.get("operation").asText()).isEqualTo("purge-dropped-table");
        assertThat(row.get("name").asText()).isEqualTo("t");
        assertThat(row.get("uuid")).isEqualTo(purged.get("uuid"));
        assertThat(row.at("/detail/dropped").asLong())
                .isEqualTo(drop)
                .isEqualTo(purged.get("dropped").asLong());
        JsonNode waiting = dropped().get(0);
        assertThat(waiting.get("change").asLong()).isEqualTo(drop);
        assertThat(waiting.get("purge-requested").asBoolean()).isTrue();
        // From when it was asked for.
        assertThat(Instant.parse(waiting.get("until").asText()))
                .isEqualTo(Instant.parse(row.get("at").asText()).plus(Duration.ofDays(7)));
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        server.close();
        start("0");
        awaitGone(root(table));
        assertThat(dropped()).isEmpty();
        undrop("t").expect(404);
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    /** What was asked for does not outlive that: dropped again without a purge, its files stay. */
    @Test
    void untilThenItCanComeBack() {
        start("7d");
        Table table = create(T, 2);
        catalog.dropTable(T, false);
        purge("t", "").expect(200);
        undrop("t").expect(200);
        catalog.dropTable(T, false);
        assertThat(dropped().get(0).get("purge-requested").asBoolean()).isFalse();
        List<Path> files = TestTable.files(root(table));
        server.close();
        start("0");
        Table other = create(OTHER, 1);
        catalog.dropTable(OTHER, true);
        awaitGone(root(other));

        assertThat(TestTable.files(root(table))).isEqualTo(files);
        undrop("t").expect(200);
        assertThat(TestTable.missing(catalog.loadTable(T))).isEmpty();
    }

    @Test
    void whatAnotherTableBorrowsStays() {
        start("0");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        Path borrowed = files.stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        Table other = create(OTHER, 0);
        other.newAppend()
                .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath(borrowed.toString())
                        .withFileSizeInBytes(4)
                        .withRecordCount(1)
                        .withFormat("parquet")
                        .build())
                .commit();
        catalog.dropTable(T, false);
        purge("t", "").expect(200);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).containsExactly(borrowed);
        assertThat(TestTable.missing(other)).isEmpty();
    }

    @Test
    void whichOfSeveral() {
        start("7d");
        Table first = create(T, 1);
        catalog.dropTable(T, false);
        long firstDrop = newestChange();
        create(T, 1);
        catalog.dropTable(T, false);
        long secondDrop = newestChange();
        Table third = create(T, 1);

        assertThat(purge("t", "").expect(200).json().get("dropped").asLong()).isEqualTo(secondDrop);
        assertThat(message(purge("t", "").expect(409))).contains("n.t", "is to be purged already", "" + secondDrop);
        purge("t", ",'change':" + firstDrop).expect(200);
        server.close();
        start("0");

        awaitSettled(2);
        assertThat(root(first)).doesNotExist();
        assertThat(TestTable.missing(catalog.loadTable(T))).isEmpty();
        assertThat(root(third)).exists();
    }

    @Test
    void whatCannotBePurged() {
        start("7d");
        create(T, 1);
        server.client().createView("n", "v").expect(200);
        server.client().http().delete(server.client().view("n", "v")).expect(204);
        long viewDrop = newestChange();
        long newest = newestChange();

        assertThat(message(purge("nothing", "").expect(404))).contains("n.nothing");
        assertThat(message(purge("t", "").expect(404))).contains("n.t", "has not been dropped");
        assertThat(message(purge("t", ",'change':1").expect(404))).contains("Change 1", "n.t");
        assertThat(message(purge("t", ",'change':" + viewDrop).expect(400))).contains("n.v, not n.t");
        assertThat(message(purge("v", "").expect(400))).contains("n.v was a view");
        purge("t", ",'chnage':1").expect(400);
        purge("t", ",'change':'1'").expect(400);
        server.client()
                .http()
                .post("/api/v1/catalogs/none/purge", Json.of("{'namespace':['n'],'name':'t'}"))
                .expect(404);
        catalog.dropTable(T, false);
        String past = "/api/v1/catalogs/main@change:" + newestChange() + "/purge";
        assertThat(message(server.client()
                        .http()
                        .post(past, Json.of("{'namespace':['n'],'name':'t'}"))
                        .expect(403)))
                .contains("read-only");
        assertThat(newestChange()).isEqualTo(newest + 1);
        assertThat(dropped())
                .hasSize(2)
                .noneMatch(row -> row.get("purge-requested").asBoolean());
    }

    /** Registered a second time, its files are another's too. */
    @Test
    void whatHasAnotherNameIsNotPurged() {
        start("7d");
        create(T, 1);
        catalog.registerTable(OTHER, metadataLocation(T));
        catalog.dropTable(T, false);
        assertThat(message(purge("t", "").expect(409))).contains("has not gone", "n.other");
    }

    @Test
    void withoutAServer() throws IOException {
        start("7d");
        Table table = create(T, 1);
        catalog.dropTable(T, false);
        server.close();
        firn("purge", "n.t").expectDone();
        assertThat(firn("purge", "n.t").expectFailure()).contains("n.t", "is to be purged already, since 20");
        assertThat(firn("purge", "n.none").expectFailure()).contains("n.none");
        assertThat(firn("purge", "t").exitCode()).isEqualTo(2);
        assertThat(Files.exists(root(table))).isTrue();
        start("0");
        awaitGone(root(table));
    }

    /** A backup from before does not know of it, so its files stay. */
    @Test
    void aRestoredBackupFromBeforeKeepsTheTable() {
        start("7d");
        Table table = create(T, 2);
        catalog.dropTable(T, false);
        Path backup = folder.resolve("backup");
        firn("backup", backup.toString()).expectDone();
        purge("t", "").expect(200);
        Path later = folder.resolve("later");
        firn("backup", later.toString()).expectDone();
        firn("restore", backup.toString()).expectDone();
        assertThat(dropped().get(0).get("purge-requested").asBoolean()).isFalse();
        firn("restore", later.toString()).expectDone();
        assertThat(dropped().get(0).get("purge-requested").asBoolean()).isTrue();
        server.close();
        start("0");
        awaitGone(root(table));
    }

    /** The row of the ledger that asked for it goes before its time has come. */
    @Test
    void historyEndsMeanwhile() {
        start("7d");
        Table table = create(T, 2);
        catalog.dropTable(T, false);
        purge("t", "").expect(200);
        long asked = newestChange();
        create(OTHER, 1);
        server.close();
        start(Map.of("FIRN_PURGE_AFTER", "2s", "FIRN_KEEP_HISTORY", "2s"));
        awaitGone(root(table));
        Eventually.become(
                () -> {
                    server.client().commit("n", "other", Changes.set("k", "v"));
                    return server.client()
                                    .http()
                                    .get(OURS + "/changes?after=" + (asked - 1))
                                    .status()
                            == 410;
                },
                () -> server.process().log());
        FirnCommand healthy = firn("doctor");
        assertThat(healthy.exitCode()).as("%s", healthy).isZero();
        assertThat(dropped()).isEmpty();
    }

    /** It cannot be brought back, and nobody is told that it could. */
    @Test
    void restoreTableSaysWhatBecameOfIt() throws IOException {
        start("7d");
        create(OTHER, 1);
        Table table = create(T, 1);
        String then = "change:" + newestChange();
        catalog.dropTable(T, false);
        assertThat(restoreTable(then)).contains("n.t", "was dropped since, and can be brought back (undrop)");
        purge("t", "").expect(200);
        assertThat(restoreTable(then)).contains("to be purged", "can be brought back (undrop) until");
        Path last = TestTable.path(dropped().get(0).get("metadata-location").asText());
        byte[] content = Files.readAllBytes(last);
        Files.delete(last);
        assertThat(restoreTable(then)).contains("cannot be brought back as its files are gone", last.toString());
        Files.write(last, content);
        server.close();
        start("0");
        awaitGone(root(table));
        awaitSettled(1);
        assertThat(restoreTable(then)).contains("n.t", "was purged since, and cannot be brought back", " since 20");
        assertThat(firn("restore-table", "n.t", "--at", then).expectFailure())
                .contains("was purged since")
                .doesNotContain("undrop");
        catalog.renameTable(OTHER, TableIdentifier.of("n", "another"));
        assertThat(message(server.client()
                        .http()
                        .post(OURS + "/restore-table", Json.of("{'namespace':['n'],'name':'other','at':'%s'}", then))
                        .expect(404)))
                .contains("its name is n.another now");
    }

    private String restoreTable(String at) {
        return message(server.client()
                .http()
                .post(OURS + "/restore-table", Json.of("{'namespace':['n'],'name':'t','at':'%s'}", at))
                .expect(404));
    }
}
