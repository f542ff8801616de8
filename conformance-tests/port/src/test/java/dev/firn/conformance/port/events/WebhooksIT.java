package dev.firn.conformance.port.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.NoAnswerException;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.port.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change reaches each receiver, in order and signed, whatever happens to the receivers and to the server. */
class WebhooksIT {
    private static final Map<String, String> IMPATIENT =
            Map.of("FIRN_WEBHOOK_ANSWER_SECONDS", "1", "FIRN_WEBHOOK_PAUSE_SECONDS", "1");

    @TempDir
    private Path folder;

    private FirnServer server;
    private WebhookClient client;
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        startServer();
        receiver = Receiver.start();
    }

    private void startServer() {
        startServer(IMPATIENT);
    }

    private void startServer(Map<String, String> variables) {
        server = FirnServer.start(folder.resolve("data"), variables);
        client = new WebhookClient(server.client());
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
    }

    private void createTables(String namespace, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            client.catalog().createTable(namespace, prefix + i).expect(200);
        }
    }

    private Void write(String prefix, int count) {
        createTables("n", prefix, count);
        return null;
    }

    @Test
    void eventsAreSignedAndSayWhatTheFeedSays() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        client.catalog().createNamespace("a.b").expect(200);
        client.catalog().createTable("a.b", "t").expect(200);
        client.awaitNothingBehind(webhook);

        JsonNode changes = client.catalog()
                .http()
                .get("/api/v1/catalogs/main/changes")
                .json()
                .get("changes");
        assertThat(receiver.delivered()).hasSize(2);
        Delivered table = receiver.delivered().get(1);
        assertThat(table.header("Content-Type")).startsWith("application/cloudevents+json");
        assertThat(table.header("webhook-id")).isEqualTo("main@change:2");
        long signedAt = Long.parseLong(table.header("webhook-timestamp"));
        assertThat(Duration.between(Instant.ofEpochSecond(signedAt), Instant.now()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(table.header("webhook-signature"))
                .isEqualTo(table.signatureWith(webhook.get("secret").asText()));
        JsonNode event = table.event();
        assertThat(event.get("specversion").asText()).isEqualTo("1.0");
        assertThat(event.get("id").asText()).isEqualTo("main@change:2");
        assertThat(event.get("source").asText()).isEqualTo("/api/v1/catalogs/main");
        assertThat(event.get("type").asText()).isEqualTo("dev.firn.create-table");
        assertThat(event.get("subject").asText()).isEqualTo("\"a.b\".t");
        assertThat(event.get("time")).isEqualTo(changes.get(1).get("at"));
        assertThat(event.get("data")).isEqualTo(changes.get(1));
        // The id is the name of the catalog as it was then.
        client.catalog()
                .http()
                .get("/v1/config?warehouse="
                        + event.get("id").asText().replace("@", "%40").replace(":", "%3A"))
                .expect(200);
    }

    @Test
    void severalReceiversAreToldWhatTheyWantWhileManyWrite() throws Exception {
        client.catalog().createNamespace("n").expect(200);
        client.catalog().createNamespace("n", "below").expect(200);
        client.catalog().createNamespace("other").expect(200);
        try (Receiver commits = Receiver.start();
                Receiver below = Receiver.start()) {
            JsonNode all = client.add(Map.of("url", receiver.url(), "after", 0));
            JsonNode some = client.add(Map.of("url", commits.url(), "operations", List.of("commit-table")));
            JsonNode within = client.add(Map.of("url", below.url(), "namespace", List.of("other"), "after", 0));
            List<Callable<Void>> work = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                String prefix = "w" + w + "-";
                work.add(() -> write(prefix, 20));
            }
            Together.run(work);
            client.catalog()
                    .transact(List.of(Changes.set("n", "w0-0", "a", "b"), Changes.set("n", "w1-0", "a", "b")))
                    .expect(204);
            createTables("other", "t", 2);
            List.of(all, some, within).forEach(client::awaitNothingBehind);

            assertThat(receiver.changes()).isEqualTo(client.changes(0));
            assertThat(commits.delivered().stream().map(Delivered::data))
                    .extracting(change -> change.get("operation").asText())
                    .containsExactly("commit-table", "commit-table");
            assertThat(below.delivered().stream().map(Delivered::data))
                    .extracting(change -> change.get("operation").asText())
                    .containsExactly("create-namespace", "create-table", "create-table");
        }
    }

    @Test
    void aReceiverThatIsAwayMissesNothingAndHoldsUpNobody() throws Exception {
        int port = Ports.free();
        JsonNode away = client.add("http://127.0.0.1:" + port + "/hook");
        JsonNode there = client.add(receiver.url());
        client.catalog().createNamespace("n").expect(200);
        createTables("n", "t", 3);
        client.awaitNothingBehind(there);
        JsonNode failing = client.await(away, status -> status.get("failures").asInt() >= 2);
        assertThat(failing.get("behind").asLong()).isEqualTo(4);
        assertThat(failing.get("last-failure").asText()).isEqualTo("cannot be reached");
        assertThat(failing.has("next-try")).isTrue();
        assertThat(failing.has("secret")).isFalse();

        server.process().kill();
        startServer();
        createTables("n", "u", 2);
        try (Receiver late = Receiver.start(port)) {
            client.awaitNothingBehind(away);
            assertThat(late.changes()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(client.get(away).get("failures").asInt()).isZero();
        }
        client.awaitNothingBehind(there);
        assertThat(new TreeSet<>(receiver.changes())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    /** Each took what it was sent, so nothing has failed. */
    @Test
    void aReceiverThatClosesConnectionsWithoutAWordIsNoFailure() throws Exception {
        client.catalog().createNamespace("n").expect(200);
        createTables("n", "t", 30);
        try (CurtReceiver curt = CurtReceiver.start()) {
            JsonNode webhook = client.add(Map.of("url", curt.url(), "after", 0));
            client.awaitNothingBehind(webhook);
            assertThat(curt.taken()).isEqualTo(31);
            assertThat(server.process().log()).doesNotContain("[WARN]");
        }
    }

    /** A kill may repeat what was told last; it never skips, and never goes back further than that. */
    @Test
    void killsSkipNothing() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        client.catalog().createNamespace("n").expect(200);
        for (int round = 0; round < 3; round++) {
            int before = receiver.delivered().size();
            AtomicBoolean killing = new AtomicBoolean();
            String prefix = "r" + round + "-";
            FirnServer running = server;
            Together.run(List.of(
                    () -> {
                        try {
                            for (int i = 0; ; i++) {
                                client.catalog().createTable("n", prefix + i);
                            }
                        } catch (NoAnswerException e) {
                            // Killed in the middle of it: whether it is there, the ledger knows.
                            assertThat(killing).isTrue();
                            return null;
                        }
                    },
                    () -> {
                        while (receiver.delivered().size() < before + 15) {
                            LockSupport.parkNanos(1_000_000);
                        }
                        killing.set(true);
                        running.process().kill();
                        return null;
                    }));
            startServer();
        }
        client.awaitNothingBehind(webhook);
        List<Long> told = receiver.changes();
        List<Long> firstTimes = told.stream().distinct().toList();
        assertThat(firstTimes).isEqualTo(client.changes(0));
        assertThat(receiver.delivered().stream()
                        .map(delivered -> delivered.header("webhook-id"))
                        .distinct())
                .hasSameSizeAs(firstTimes);
    }

    @Test
    void refusalsAreTriedAgainWithTheSameIdAsLateAsTheReceiverWants() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        receiver.answer(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "3");
            exchange.sendResponseHeaders(503, -1);
        });
        client.catalog().createNamespace("n").expect(200);
        JsonNode waiting =
                client.await(webhook, status -> status.get("failures").asInt() == 1);
        assertThat(waiting.get("last-failure").asText()).isEqualTo("answered 503");
        assertThat(Instant.parse(waiting.get("next-try").asText()))
                .isAfter(Instant.now().plusMillis(1_500));

        receiver.answerStatus(302);
        client.await(webhook, status -> status.get("last-failure").asText().equals("answered 302"));
        receiver.answerStatus(200);
        client.awaitNothingBehind(webhook);
        assertThat(receiver.changes()).allMatch(change -> change == 1).hasSizeGreaterThanOrEqualTo(3);
        assertThat(receiver.delivered())
                .extracting(one -> one.header("webhook-id"))
                .containsOnly("main@change:1");
    }

    /** An answer that does not come, and one that begins and does not end. */
    @Test
    void slowReceiversHoldUpNobody() throws Exception {
        try (Receiver silent = Receiver.start();
                Receiver endless = Receiver.start()) {
            AtomicBoolean over = new AtomicBoolean();
            silent.answer(exchange -> waitFor(over));
            endless.answer(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
                waitFor(over);
            });
            JsonNode first = client.add(silent.url());
            JsonNode second = client.add(endless.url());
            JsonNode third = client.add(receiver.url());
            client.catalog().createNamespace("n").expect(200);
            createTables("n", "t", 20);
            client.awaitNothingBehind(third);
            for (JsonNode slow : List.of(first, second)) {
                JsonNode status = client.await(slow, one -> one.get("failures").asInt() >= 1);
                assertThat(status.get("last-failure").asText()).contains("within 1000 ms");
                assertThat(status.get("behind").asLong()).isEqualTo(21);
            }
            over.set(true);
        }
    }

    /** What was taken just before is kept meanwhile, so a kill does not repeat it however long the answer to the next takes. */
    @Test
    void aKillDuringALongAnswerRepeatsOnlyThatChange() throws Exception {
        server.close();
        startServer(Map.of("FIRN_WEBHOOK_ANSWER_SECONDS", "60"));
        client.catalog().createNamespace("n").expect(200);
        createTables("n", "t", 5);
        AtomicBoolean over = new AtomicBoolean();
        receiver.answer(exchange -> {
            if (receiver.delivered().size() == 6) {
                waitFor(over);
            }
            exchange.sendResponseHeaders(204, -1);
        });
        JsonNode webhook = client.add(Map.of("url", receiver.url(), "after", 0));
        client.await(webhook, status -> receiver.delivered().size() == 6);
        // Much longer than the half second of which a kill may repeat something.
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        server.process().kill();

        startServer();
        client.awaitNothingBehind(webhook);
        over.set(true);
        assertThat(receiver.changes()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 6L);
    }

    /** Only who removes it waits for what is under way to it; after that it is told nothing. */
    @Test
    void aRemovalHoldsUpNobodyElse() throws Exception {
        server.close();
        startServer(Map.of("FIRN_WEBHOOK_ANSWER_SECONDS", "60"));
        client.catalog().createNamespace("n").expect(200);
        AtomicBoolean over = new AtomicBoolean();
        receiver.answer(exchange -> waitFor(over));
        boolean passed = false;
        // A removal waits three seconds: on a machine that is very busy it may be over before the others are asked.
        for (int round = 1; round <= 5 && !passed; round++) {
            int requests = round;
            JsonNode slow = client.add(Map.of("url", receiver.url(), "after", 0));
            client.await(slow, status -> receiver.delivered().size() == requests);
            CompletableFuture<Void> removal = CompletableFuture.runAsync(() -> client.remove(slow));
            while (client.ids().contains(slow.get("id").asLong())) {
                LockSupport.parkNanos(1_000_000);
            }
            client.remove(client.add(Map.of("url", "http://127.0.0.1:1/hook")));
            passed = !removal.isDone();
            removal.get();
            assertThat(receiver.delivered()).hasSize(requests);
        }
        assertThat(passed).isTrue();

        int told = receiver.delivered().size();
        over.set(true);
        createTables("n", "t", 3);
        try (Receiver other = Receiver.start()) {
            client.awaitNothingBehind(client.add(Map.of("url", other.url(), "after", 0)));
            assertThat(other.delivered()).hasSize(4);
        }
        assertThat(receiver.delivered()).hasSize(told);
    }

    private static void waitFor(AtomicBoolean over) {
        while (!over.get() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void whoIsGoneIsToldNothingMoreAlsoAfterARestart() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        receiver.answerStatus(410);
        client.catalog().createNamespace("n").expect(200);
        JsonNode gone = client.await(webhook, status -> status.has("disabled"));
        assertThat(gone.get("disabled").asText()).contains("410", "change 1");
        receiver.answerStatus(204);
        server.process().terminate();
        startServer();
        JsonNode other = client.add(receiver.url() + "?other");
        client.catalog().createNamespace("m").expect(200);
        client.awaitNothingBehind(other);
        assertThat(receiver.changes()).containsExactly(1L, 2L);
        assertThat(client.get(webhook).get("behind").asLong()).isEqualTo(2);
    }

    @Test
    void whoIsGoneAfterFailuresIsNotTriedAgain() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        receiver.answerStatus(503);
        client.catalog().createNamespace("n").expect(200);
        client.await(webhook, status -> status.has("next-try"));
        receiver.answerStatus(410);

        JsonNode gone = client.await(webhook, status -> status.has("disabled"));

        assertThat(gone.get("failures").asInt()).isPositive();
        assertThat(gone.has("next-try")).isFalse();
        assertThat(FirnCommand.run(
                                folder, "webhook", "list", "--uri", server.uri().toString())
                        .expectDone()
                        .out())
                .contains("disabled", "failed")
                .doesNotContain("next try");
    }

    @Test
    void whoWasGoneGoesOnWithTheChangeThatItDidNotTake() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        client.catalog().createNamespace("n").expect(200);
        client.awaitNothingBehind(webhook);
        receiver.answerStatus(410);
        createTables("n", "t", 3);
        client.await(webhook, status -> status.has("disabled"));
        receiver.answerStatus(204);

        JsonNode enabled = client.enable(webhook);

        assertThat(enabled.has("disabled")).isFalse();
        client.awaitNothingBehind(webhook);
        assertThat(receiver.changes()).containsExactly(1L, 2L, 2L, 3L, 4L);

        // Gone again, also across a kill; and what is not disabled is left as it is.
        receiver.answerStatus(410);
        createTables("n", "u", 2);
        client.await(webhook, status -> status.has("disabled"));
        receiver.answerStatus(204);
        server.process().kill();
        startServer();
        client.enable(webhook);
        client.enable(webhook);
        client.awaitNothingBehind(webhook);
        assertThat(receiver.changes().stream().distinct()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(receiver.changes().subList(5, receiver.changes().size())).endsWith(5L, 6L);
        server.process().terminate();
        startServer();
        createTables("n", "v", 1);
        client.awaitNothingBehind(webhook);
        assertThat(receiver.changes()).endsWith(7L);
    }

    @Test
    void whoWasGoneForLongerThanHistoryIsKeptIsNotLedPastTheGap() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        receiver.answerStatus(410);
        client.catalog().createNamespace("n").expect(200);
        createTables("n", "t", 3);
        client.await(webhook, status -> status.has("disabled"));
        receiver.answerStatus(204);
        server.process().terminate();
        startServer(Map.of("FIRN_PURGE_AFTER", "1s", "FIRN_KEEP_HISTORY", "1s"));
        client.await(
                webhook,
                status -> client.catalog()
                                .http()
                                .get("/api/v1/catalogs/main/changes?after=0")
                                .status()
                        == 410);

        String refusal = client.catalog()
                .http()
                .post(WebhookClient.PATH + "/1/enable", "{}")
                .expect(400)
                .text();

        assertThat(refusal).contains("told up to change 0", "no longer all kept", "add it behind");
        assertThat(client.get(webhook).has("disabled")).isTrue();
        assertThat(receiver.changes()).containsExactly(1L);
    }

    @Test
    void badRequestsAreAnsweredWithTheirReason() {
        for (Map<String, ?> bad : List.<Map<String, ?>>of(
                Map.of(),
                Map.of("url", "ftp://example.com/x"),
                Map.of("url", "example.com"),
                Map.of("url", "http://user@example.com/"),
                Map.of("url", "http:///x"),
                Map.of("url", "http://example.com/", "operations", List.of("create-tabel")),
                Map.of("url", "http://example.com/", "operation", List.of("create-table")),
                Map.of("url", "http://example.com/", "after", 1),
                Map.of("url", "http://example.com/", "secret", "whsec_c2hvcnQ="))) {
            assertThat(client.catalog()
                            .http()
                            .post(WebhookClient.PATH, Json.value(bad))
                            .expect(400)
                            .text())
                    .doesNotContain("c2hvcnQ");
        }
        client.catalog().http().get(WebhookClient.PATH + "/1").expect(404);
        client.catalog().http().post(WebhookClient.PATH + "/1/enable", "{}").expect(404);
        client.catalog().http().delete(WebhookClient.PATH + "/x").expect(404);
        client.catalog().http().get("/api/v1/catalogs/nope/webhooks").expect(404);
    }

    private String refused(String fields) {
        return client.catalog()
                .http()
                .post(WebhookClient.PATH, Json.of("{'url':'http://127.0.0.1:1/'," + fields + "}"))
                .expect(400)
                .json()
                .at("/error/message")
                .asText();
    }

    /** Nothing would be told until a restart, and then what was not asked for. */
    @Test
    void aNamespaceThatNoneCanBeIsRefused() {
        assertThat(refused("'namespace':['']")).contains("[\"\"]", "must not be empty");
        assertThat(refused("'namespace':['a','','b']")).contains("[\"a\",\"\",\"b\"]", "must not be empty");
        assertThat(refused("'namespace':['a\\u001fb']")).contains("a\\u001Fb", "U+001F");
        assertThat(refused("'namespace':['a\\u0000b']")).contains("a\\u0000b");
        assertThat(refused("'namespace':['a',null]")).contains("namespace", "[a, null]");
        assertThat(refused("'operations':[null]")).contains("operations", "[null]");
        assertThat(client.catalog()
                        .http()
                        .get(WebhookClient.PATH)
                        .expect(200)
                        .json()
                        .get("webhooks"))
                .isEmpty();
        client.add(Map.of("url", receiver.url(), "namespace", List.of(), "operations", List.of()));
    }

    /** It would begin behind another change than was meant. */
    @Test
    void onlyAWholeNumberIsANumber() {
        client.catalog().createNamespace("n").expect(200);
        for (String after : List.of("0.5", "1.0", "'1'", "''", "true", "99999999999999999999")) {
            assertThat(refused("'after':" + after))
                    .contains("after must be a whole number, not ", after.replace('\'', '"'));
        }
        client.add(Map.of("url", receiver.url(), "after", 1));
    }

    @Test
    void whatCannotBe() {
        JsonNode webhook = client.add(receiver.url());
        client.catalog().createNamespace("n").expect(200);
        for (String url : List.of("http://127.0.0.1:99999/hook", "http://127.0.0.1:0/hook")) {
            assertThat(client.catalog()
                            .http()
                            .post(WebhookClient.PATH, Json.value(Map.of("url", url)))
                            .expect(400)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains(url);
        }
        client.catalog()
                .http()
                .delete(WebhookClient.PATH.replace("main", "main@change:1") + "/" + webhook.get("id"))
                .expect(400);
        client.get(webhook);
    }
}
