package dev.firn.conformance.port.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What an operator asks about webhooks. */
record WebhookClient(CatalogClient catalog) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    static final String PATH = "/api/v1/catalogs/main/webhooks";

    JsonNode add(Map<String, ?> body) {
        return catalog.http().post(PATH, Json.value(body)).expect(201).json();
    }

    JsonNode add(String url) {
        return add(Map.of("url", url));
    }

    JsonNode get(JsonNode webhook) {
        return catalog.http()
                .get(PATH + "/" + webhook.get("id").asLong())
                .expect(200)
                .json();
    }

    JsonNode enable(JsonNode webhook) {
        return catalog.http()
                .post(PATH + "/" + webhook.get("id").asLong() + "/enable", "{}")
                .expect(200)
                .json();
    }

    /** The numbers of all that there are. */
    List<Long> ids() {
        List<Long> ids = new ArrayList<>();
        catalog.http()
                .get(PATH)
                .expect(200)
                .json()
                .get("webhooks")
                .forEach(webhook -> ids.add(webhook.get("id").asLong()));
        return ids;
    }

    void remove(JsonNode webhook) {
        catalog.http().delete(PATH + "/" + webhook.get("id").asLong()).expect(204);
    }

    /** Waits until the webhook is so. */
    JsonNode await(JsonNode webhook, Predicate<JsonNode> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode status = get(webhook);
        while (!condition.test(status)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited in vain: " + status);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            status = get(webhook);
        }
        return status;
    }

    JsonNode awaitNothingBehind(JsonNode webhook) {
        return await(webhook, status -> status.get("behind").asLong() == 0);
    }

    /** The numbers of all changes that the ledger has after one of them. */
    List<Long> changes(long after) {
        List<Long> numbers = new ArrayList<>();
        long next = after;
        while (true) {
            JsonNode page = catalog.http()
                    .get("/api/v1/catalogs/main/changes?limit=1000&after=" + next)
                    .expect(200)
                    .json();
            if (page.get("changes").isEmpty()) {
                return numbers;
            }
            page.get("changes")
                    .forEach(change -> numbers.add(change.get("change").asLong()));
            next = page.get("next").asLong();
        }
    }
}
