package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History that is older than it is to be kept ends, and what is not history stays. */
class KeepHistoryIT {
    private static final String CHANGES = "/api/v1/catalogs/main/changes";

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;

    private void start(String keep) {
        server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_PURGE_AFTER", "1s", "FIRN_KEEP_HISTORY", keep));
        client = server.client();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void commit(String table, int times) {
        for (int i = 0; i < times; i++) {
            client.commit("n", table, Changes.set("k", String.valueOf(i))).expect(200);
        }
    }

    private long newest() {
        JsonNode changes =
                client.http().get(CHANGES + "?limit=1000").expect(200).json();
        return changes.get("next").asLong();
    }

    private void awaitEnded(long change) {
        Eventually.become(
                () -> client.http()
                                .get("/v1/config?warehouse=main@change:" + change)
                                .status()
                        == 404,
                () -> "change " + change + " can be read");
    }

    private List<Long> numbers(Answer page) {
        List<Long> numbers = new ArrayList<>();
        page.expect(200)
                .json()
                .get("changes")
                .forEach(row -> numbers.add(row.get("change").asLong()));
        return numbers;
    }

    private FirnCommand firn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", folder.resolve("data").toString()));
        return FirnCommand.run(folder, all.toArray(new String[0]));
    }

    @Test
    void thePastHasAnEdge() {
        start("forever");
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        commit("t", 5);
        String then = client.loadTable("n", "t").json().get("metadata-location").asText();
        long edge = newest();
        server.close();
        start("2s");
        awaitEnded(edge - 1);

        // All is older than it is to be kept, but what is true now has been true since the last change.
        Answer atTheEdge = client.http().get("/v1/main@change:" + edge + "/namespaces/n/tables/t");
        assertThat(atTheEdge.expect(200).json().get("metadata-location").asText())
                .isEqualTo(then);
        assertThat(numbers(client.http().get(CHANGES + "?after=" + edge))).isEmpty();
        Answer feed = client.http().get(CHANGES + "?after=" + (edge - 1));
        assertThat(feed.status()).isEqualTo(410);
        assertThat(feed.json().at("/error/message").asText()).contains("after=" + edge);
        assertThat(client.http()
                        .get(CHANGES + "?after=1", "Accept", "text/event-stream")
                        .status())
                .isEqualTo(410);
        Answer travel = client.http().get("/v1/config?warehouse=main@change:" + (edge - 1));
        assertThat(travel.status()).isEqualTo(404);
        assertThat(travel.json().at("/error/message").asText())
                .contains("no longer kept", "the oldest moment that is kept is 20", "main@change:" + edge);
        assertThat(client.http()
                        .get("/v1/config?warehouse=main@2020-01-01")
                        .json()
                        .at("/error/message")
                        .asText())
                .contains("no longer kept", "main@change:" + edge);
        assertThat(firn("restore-table", "n.t", "--at", "change:" + (edge - 1)).expectFailure())
                .contains("no longer kept", "main@change:" + edge);
        assertThat(client.http()
                        .post(
                                "/api/v1/catalogs/main/webhooks",
                                "{\"url\":\"http://127.0.0.1:1/\",\"after\":" + (edge - 1) + "}")
                        .status())
                .isEqualTo(400);

        commit("t", 1);
        assertThat(numbers(client.http().get(CHANGES + "?after=" + edge))).containsExactly(edge + 1);
        FirnCommand doctor = firn("doctor");
        assertThat(doctor.exitCode()).as("%s", doctor).isZero();
        assertThat(doctor.out()).contains("the oldest moment that is kept is 20", "Healthy.");
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    /** Who has seen all until the restore misses nothing but what was undone, and is told of that. */
    @Test
    void aRestoreToBeforeTheEdgeIsTold() {
        start("forever");
        client.createNamespace("n").expect(200);
        Path backup = folder.resolve("backup");
        firn("backup", backup.toString()).expectDone();
        client.createNamespace("m").expect(200);
        client.createNamespace("o").expect(200);
        long edge = newest();
        server.close();
        start("2s");
        awaitEnded(edge - 1);
        server.close();
        start("forever");
        firn("restore", backup.toString()).expectDone();

        assertThat(numbers(client.http().get(CHANGES + "?after=" + edge))).containsExactly(edge + 1);
        assertThat(client.http().get(CHANGES + "?after=" + (edge - 1)).status()).isEqualTo(410);
        client.createNamespace("p").expect(200);
        assertThat(numbers(client.http().get(CHANGES + "?after=" + edge))).containsExactly(edge + 1, edge + 2);
    }

    @Test
    void whatWasDroppedComesBackLongAfter() {
        start("forever");
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        client.createView("n", "v").expect(200);
        commit("t", 3);
        String last = client.loadTable("n", "t").json().get("metadata-location").asText();
        client.http().delete(client.table("n", "t")).expect(204);
        client.http().delete(client.view("n", "v")).expect(204);
        client.createTable("n", "u").expect(200);
        commit("u", 2);
        long edge = newest();
        server.close();
        start("2s");
        awaitEnded(edge - 1);

        firn("undrop", "n.t").expectDone();
        firn("undrop", "n.v").expectDone();
        assertThat(client.loadTable("n", "t")
                        .expect(200)
                        .json()
                        .get("metadata-location")
                        .asText())
                .isEqualTo(last);
        client.http().get(client.view("n", "v")).expect(200);
        FirnCommand doctor = firn("doctor");
        assertThat(doctor.exitCode()).as("%s", doctor).isZero();
    }

    @Test
    void numbersAreNeverGivenAgain() {
        start("2s");
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        commit("t", 10);
        client.http().delete(client.table("n", "t") + "?purgeRequested=true").expect(204);
        client.http().delete(client.namespace("n")).expect(204);
        long newest = newest();
        awaitEnded(newest - 1);
        server = server.killAndRestart();
        client = server.client();
        client.createNamespace("next").expect(200);
        assertThat(numbers(client.http().get(CHANGES + "?after=" + newest))).containsExactly(newest + 1);
    }

    @Test
    void aHistoryShorterThanThePurgeIsRefused() {
        FirnCommand command = firn("serve", "--keep-history", "1d");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("--keep-history 1d is shorter than --purge-after 7d");
        FirnCommand nonsense = firn("serve", "--keep-history", "some");
        assertThat(nonsense.exitCode()).isEqualTo(2);
        assertThat(nonsense.err()).contains("'forever'", "'some'", "7d");
    }
}
