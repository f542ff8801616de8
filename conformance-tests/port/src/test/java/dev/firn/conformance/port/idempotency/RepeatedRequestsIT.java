package dev.firn.conformance.port.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.NoAnswerException;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.Together;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same key at the same time, and before and after a kill. */
class RepeatedRequestsIT {
    private static final int AT_ONCE = 8;

    @TempDir
    private Path folder;

    @Test
    void manyAtOnceAreDoneOnce() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            KeyedClient keyed = new KeyedClient(server.client());
            String namespace = Names.namespace(keyed.client());
            keyed.client().createTable(namespace, "t").expect(200);
            for (int round = 0; round < 20; round++) {
                String key = KeyedClient.newKey();
                JsonNode change = snapshot(round);
                Callable<Answer> request = () -> keyed.post(key, keyed.client().table(namespace, "t"), change);
                List<Answer> answers = Together.run(Collections.nCopies(AT_ONCE, request));
                assertThat(answers)
                        .allSatisfy(answer -> assertThat(answer.expect(200).json())
                                .isEqualTo(answers.get(0).json()));
            }
            assertThat(keyed.client().loadTable(namespace, "t").json().at("/metadata/snapshots"))
                    .hasSize(20);
        }
    }

    @Test
    void outcomeOutlivesAKill() {
        FirnServer server = FirnServer.start(folder.resolve("data"));
        KeyedClient keyed = new KeyedClient(server.client());
        String namespace = Names.namespace(keyed.client());
        keyed.client().createTable(namespace, "t").expect(200);
        String key = KeyedClient.newKey();
        String path = keyed.client().table(namespace, "t");
        Answer first = keyed.post(key, path, snapshot(1)).expect(200);
        try (FirnServer restarted = server.killAndRestart()) {
            KeyedClient after = new KeyedClient(restarted.client());
            Answer again = after.post(key, path, snapshot(1)).expect(200);
            assertThat(again.json()).isEqualTo(first.json());
            assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
            after.post(KeyedClient.newKey(), path, snapshot(1)).expect(400, 409);
        }
    }

    /** It is gone before it is answered, as its delivery has to end. */
    @Test
    void removalOfAWebhookThatAKillCutOffIsDone() throws Exception {
        String webhooks = "/api/v1/catalogs/main/webhooks";
        FirnServer server = FirnServer.start(folder.resolve("data"));
        KeyedClient keyed = new KeyedClient(server.client());
        Answer made = keyed.post(KeyedClient.newKey(), webhooks, "{\"url\":\"http://127.0.0.1:9/\"}");
        String path = webhooks + "/" + made.expect(201).json().get("id").asLong();
        String key = KeyedClient.newKey();
        Thread remover = new Thread(() -> {
            try {
                keyed.delete(key, path).expect(204);
            } catch (NoAnswerException e) {
                // The kill.
            }
        });
        remover.start();
        while (server.client().http().get(path).expect(200, 404).status() == 200) {
            Thread.onSpinWait();
        }
        try (FirnServer restarted = server.killAndRestart()) {
            remover.join();
            new KeyedClient(restarted.client()).delete(key, path).expect(204);
        }
    }

    /** Whatever a kill leaves open, asking again with the same key closes: the change is there once. */
    @Test
    void requestThatAKillCutOffIsDoneOnce() throws Exception {
        FirnServer server = FirnServer.start(folder.resolve("data"));
        String namespace = Names.namespace(server.client());
        server.client().createTable(namespace, "t").expect(200);
        long sent = 0;
        for (int kill = 0; kill < 3; kill++) {
            KeyedClient keyed = new KeyedClient(server.client());
            String path = keyed.client().table(namespace, "t");
            List<Request> requests = new ArrayList<>();
            CountDownLatch some = new CountDownLatch(30);
            long first = sent;
            Thread writer = new Thread(() -> {
                try {
                    for (long i = first; ; i++) {
                        Request request = new Request(KeyedClient.newKey(), snapshot(i));
                        requests.add(request);
                        keyed.post(request.key, path, request.body).expect(200);
                        some.countDown();
                    }
                } catch (NoAnswerException e) {
                    // The kill.
                }
            });
            writer.start();
            some.await();
            server = server.killAndRestart();
            writer.join();
            KeyedClient after = new KeyedClient(server.client());
            for (Request request : requests) {
                after.post(request.key, path, request.body).expect(200);
            }
            sent += requests.size();
            assertThat(after.client().loadTable(namespace, "t").json().at("/metadata/snapshots"))
                    .hasSize((int) sent);
        }
        server.close();
    }

    private record Request(String key, JsonNode body) {}

    /** A commit that works once: adding the same snapshot again is refused. */
    private static JsonNode snapshot(long number) {
        Map<String, ?> snapshot = Map.of(
                "snapshot-id", number + 1,
                "timestamp-ms", 4_000_000_000_000L + number,
                "summary", Map.of("operation", "append"),
                "manifest-list", "file:/none/" + number + ".avro",
                "schema-id", 0);
        return Json.value(Map.of(
                "requirements",
                List.of(),
                "updates",
                List.of(Map.of("action", "add-snapshot", "snapshot", snapshot), Changes.update("last", "" + number))));
    }
}
