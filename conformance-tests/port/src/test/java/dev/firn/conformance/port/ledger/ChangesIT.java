package dev.firn.conformance.port.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Together;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened can be read, in order and once. The server is its own: the tests count its changes. */
class ChangesIT {
    private static final String CHANGES = "/api/v1/catalogs/main/changes";

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;

    @BeforeEach
    void start() {
        server = FirnServer.start(folder.resolve("data"));
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<JsonNode> changes(String query) {
        List<JsonNode> changes = new ArrayList<>();
        client.http().get(CHANGES + query).expect(200).json().get("changes").forEach(changes::add);
        return changes;
    }

    @Test
    void rowsSayWhatHappened() {
        client.createNamespace("outer", "inner").expect(200);
        client.createNamespace("n").expect(200);
        String location = client.createTable("n", "t")
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
        client.createTable("n", "u").expect(200);
        client.transact(List.of(Changes.set("n", "t", "a", "b"), Changes.set("n", "u", "a", "b")))
                .expect(204);
        String moved =
                client.loadTable("n", "t").json().get("metadata-location").asText();
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename("n", "t", "n", "v"))
                .expect(204);
        client.http().delete(client.table("n", "v")).expect(204);

        List<JsonNode> rows = changes("");
        assertThat(rows.stream().map(row -> row.get("operation").asText()))
                .containsExactly(
                        "create-namespace", // the parent that was lacking
                        "create-namespace",
                        "create-namespace",
                        "create-table",
                        "create-table",
                        "commit-table",
                        "commit-table",
                        "rename-table",
                        "drop-table");
        assertThat(rows.stream().map(row -> row.get("change").asLong()))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 9).boxed().toList());
        assertThat(rows.get(0).get("transaction")).isEqualTo(rows.get(1).get("transaction"));
        assertThat(rows.get(1).get("namespace").toString()).isEqualTo("[\"outer\",\"inner\"]");
        assertThat(rows.get(1).has("name")).isFalse();
        assertThat(rows.get(3).get("name").asText()).isEqualTo("t");
        assertThat(rows.get(3).get("metadata-location").asText()).isEqualTo(location);
        assertThat(rows.get(5).get("transaction")).isEqualTo(rows.get(6).get("transaction"));
        assertThat(rows.get(5).get("metadata-location").asText()).isEqualTo(moved);
        assertThat(rows.get(5).at("/detail/updates/0").asText()).isEqualTo("set-properties");
        assertThat(rows.get(7).get("metadata-location").asText()).isEqualTo(moved);
        assertThat(rows.get(7).at("/detail/destination/name").asText()).isEqualTo("v");
        assertThat(rows.get(8).has("metadata-location")).isFalse();
        assertThat(rows.get(8).get("uuid")).isEqualTo(rows.get(3).get("uuid"));
        assertThat(rows).allSatisfy(row -> assertThat(row.get("at").asText()).endsWith("Z"));
    }

    @Test
    void pages() {
        client.createNamespace("n").expect(200);
        for (int i = 0; i < 4; i++) {
            client.createTable("n", "t" + i).expect(200);
        }
        JsonNode first = client.http().get(CHANGES + "?limit=3").expect(200).json();
        assertThat(first.get("changes")).hasSize(3);
        assertThat(changes("?limit=3&after=" + first.get("next").asLong())).hasSize(2);
        JsonNode end = client.http().get(CHANGES + "?after=5").expect(200).json();
        assertThat(end.get("changes")).isEmpty();
        assertThat(end.get("next").asLong()).isEqualTo(5);
        for (String wrong : List.of("?after=x", "?limit=0", "?limit=-1", "?limit=x")) {
            client.http().get(CHANGES + wrong).expect(400);
        }
        client.http().get("/api/v1/catalogs/other/changes").expect(404);
        Answer past = client.http().get("/api/v1/catalogs/main%40change%3A2/changes");
        assertThat(past.expect(200).json().get("changes")).hasSize(2);
    }

    @Test
    void everySubscriberSeesEachChangeOnceAndInOrder() throws Exception {
        client.createNamespace("n").expect(200);
        int writers = 4;
        int each = 25;
        try (Subscriber one = Subscriber.connect(server.uri(), "Last-Event-ID", "0");
                Subscriber two = Subscriber.connect(server.uri())) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                String name = "w" + w;
                work.add(() -> {
                    for (int i = 0; i < each; i++) {
                        client.createTable("n", name + "-" + i).expect(200);
                    }
                    return null;
                });
            }
            Together.run(work);

            int all = writers * each;
            assertThat(numbers(one.next(1 + all)))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 1 + all).boxed().toList());
            assertThat(numbers(two.next(all)))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(2, 1 + all).boxed().toList());
        }
    }

    @Test
    void subscriberResumesAfterARestart() throws Exception {
        client.createNamespace("a").expect(200);
        long last;
        try (Subscriber subscriber = Subscriber.connect(server.uri(), "Last-Event-ID", "0")) {
            last = numbers(subscriber.next(1)).get(0);
        }
        client.createNamespace("b").expect(200);
        server = server.killAndRestart();
        client = server.client();
        client.createNamespace("c").expect(200);
        try (Subscriber subscriber = Subscriber.connect(server.uri(), "Last-Event-ID", String.valueOf(last))) {
            client.createNamespace("d").expect(200);
            assertThat(subscriber.next(3).stream()
                            .map(event -> event.at("/namespace/0").asText()))
                    .containsExactly("b", "c", "d");
        }
    }

    @Test
    void subscribersDoNotKeepTheServerFromEnding() throws Exception {
        try (Subscriber subscriber = Subscriber.connect(server.uri())) {
            client.createNamespace("n").expect(200);
            subscriber.next(1);
            assertThat(server.process().terminate()).isIn(0, 143);
        }
    }

    private static List<Long> numbers(List<JsonNode> events) {
        return events.stream().map(event -> event.get("change").asLong()).toList();
    }

    /** Before anything has happened for it, and over what its filter leaves out: a browser names at its next connection where it stands, and misses nothing. */
    @Test
    void aStreamSaysWhereItStands() throws Exception {
        client.createNamespace("n").expect(200);
        try (Subscriber all = Subscriber.connect(server.uri());
                Subscriber drops = Subscriber.connectWith(server.uri(), "?operations=drop-table")) {
            assertThat(all.lastId("1")).isEqualTo("1");
            client.createTable("n", "t").expect(200);
            client.createTable("n", "u").expect(200);
            // With the next heartbeat.
            assertThat(drops.lastId("3")).isEqualTo("3");
            assertThat(all.next(2)).hasSize(2);
        }
    }

    /** As after an older backup became the state of a new folder: what happens until the numbers reach there would be missed. */
    @Test
    void whoHasSeenMoreThanThereIsIsTold() {
        client.createNamespace("n").expect(200);
        client.http().get(CHANGES + "?after=1").expect(200);
        for (String after : List.of("2", "999", "-1")) {
            assertThat(client.http()
                            .get(CHANGES + "?after=" + after)
                            .expect(400)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains(after);
            client.http()
                    .get(CHANGES, "Accept", "text/event-stream", "Last-Event-ID", after)
                    .expect(400);
        }
    }

    @Test
    void aNamespaceThatNoneCanBeIsRefused() {
        for (String namespace : List.of("%1F", "a%1F%1Fb", "%00")) {
            client.http().get(CHANGES + "?namespace=" + namespace).expect(400);
            client.http()
                    .get(CHANGES + "?namespace=" + namespace, "Accept", "text/event-stream")
                    .expect(400);
        }
        assertThat(changes("?namespace=")).isEmpty();
    }

    /** A stream would never have told what there is to tell. */
    @Test
    void headIsOfThePageWhateverIsAccepted() {
        Answer head = client.http().send("HEAD", CHANGES, new byte[0], "Accept", "text/event-stream");
        assertThat(head.expect(200).header("Content-Type")).hasValue("application/json");
        assertThat(head.header("Content-Length"))
                .isEqualTo(client.http().get(CHANGES).header("Content-Length"));
    }

    @Test
    void whoDoesNotAskForEventsGetsPages() {
        for (String accept : List.of(
                "text/event-stream;q=0, application/json",
                "application/json, text/event-stream;q=0.5",
                "text/event-streams",
                "*/*")) {
            assertThat(client.http().get(CHANGES, "Accept", accept).expect(200).header("Content-Type"))
                    .as(accept)
                    .hasValue("application/json");
        }
    }
}
