package dev.firn.conformance.port.idempotency;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Sends requests with an Idempotency-Key. */
record KeyedClient(CatalogClient client) {
    static String newKey() {
        return UUID.randomUUID().toString();
    }

    Answer post(String key, String path, Object body) {
        return client.http()
                .send("POST", path, body.toString().getBytes(StandardCharsets.UTF_8), "Idempotency-Key", key);
    }

    Answer delete(String key, String path) {
        return client.http().send("DELETE", path, new byte[0], "Idempotency-Key", key);
    }
}
