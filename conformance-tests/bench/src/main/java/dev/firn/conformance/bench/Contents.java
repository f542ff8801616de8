package dev.firn.conformance.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fills an empty catalog with what the loads ask for. */
final class Contents {
    static final String NAMESPACE = "bench";
    static final String MANY = "many";
    static final int OWN_TABLES = 32;
    private static final int COLUMNS = 200;
    private static final int SNAPSHOTS = 500;

    private Contents() {}

    static void fill(CatalogClient client, int tables) throws Exception {
        client.createNamespace(NAMESPACE).expect(200);
        client.createNamespace("created").expect(200);
        client.createNamespace(MANY).expect(200);
        client.createTable(NAMESPACE, "small").expect(200);
        client.createTable(NAMESPACE, "shared").expect(200);
        for (int number = 0; number < OWN_TABLES; number++) {
            client.createTable(NAMESPACE, "own" + number).expect(200);
        }
        createLarge(client);
        createMany(client, tables);
    }

    private static void createLarge(CatalogClient client) {
        List<Object> fields = new ArrayList<>();
        for (int id = 1; id <= COLUMNS; id++) {
            fields.add(Map.of("id", id, "name", "column_" + id, "required", false, "type", "string"));
        }
        JsonNode schema = Json.value(Map.of("type", "struct", "schema-id", 0, "fields", fields));
        String body = "{\"name\":\"large\",\"schema\":" + schema + "}";
        JsonNode created = client.http()
                .post(client.namespace(NAMESPACE) + "/tables", body)
                .expect(200)
                .json();
        client.commit(
                        NAMESPACE,
                        "large",
                        snapshots(created.at("/metadata/location").asText()))
                .expect(200);
    }

    private static JsonNode snapshots(String location) {
        long now = System.currentTimeMillis();
        List<Object> updates = new ArrayList<>();
        for (int number = 1; number <= SNAPSHOTS; number++) {
            Map<String, String> summary = Map.of(
                    "operation",
                    "append",
                    "added-data-files",
                    "1",
                    "added-records",
                    "1000",
                    "total-records",
                    String.valueOf(1000L * number),
                    "total-data-files",
                    String.valueOf(number));
            String list = location + "/metadata/snap-" + (1_000_000_000_000L + number) + "-1.avro";
            updates.add(Map.of(
                    "action",
                    "add-snapshot",
                    "snapshot",
                    Map.of(
                            "snapshot-id",
                            1_000_000_000_000L + number,
                            "sequence-number",
                            number,
                            "timestamp-ms",
                            now + number,
                            "schema-id",
                            0,
                            "summary",
                            summary,
                            "manifest-list",
                            list)));
        }
        updates.add(Map.of(
                "action",
                "set-snapshot-ref",
                "ref-name",
                "main",
                "type",
                "branch",
                "snapshot-id",
                1_000_000_000_000L + SNAPSHOTS));
        return Json.value(Map.of("requirements", List.of(), "updates", updates));
    }

    private static void createMany(CatalogClient client, int tables) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> created = new ArrayList<>();
            for (int number = 0; number < tables; number++) {
                String name = "t%07d".formatted(number);
                created.add(threads.submit(() -> client.createTable(MANY, name).expect(200)));
            }
            for (Future<?> one : created) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
