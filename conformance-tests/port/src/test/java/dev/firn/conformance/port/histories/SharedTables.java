package dev.firn.conformance.port.histories;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The tables that all clients change. */
final class SharedTables {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final String namespace;
    private final boolean replays;
    private final Map<String, String> uuids = new HashMap<>();
    private final String location;

    private SharedTables(String namespace, boolean replays, Map<String, JsonNode> metadata) {
        this.namespace = namespace;
        this.replays = replays;
        metadata.forEach(
                (name, table) -> uuids.put(name, table.get("table-uuid").asText()));
        this.location = metadata.get("a").get("location").asText();
    }

    /**
     * Makes them.
     *
     * @param replays whether the server says that it does a request with an Idempotency-Key once
     */
    static SharedTables make(CatalogClient client, String namespace, boolean replays) {
        client.createNamespace(namespace).expect(200);
        Map<String, JsonNode> metadata = new HashMap<>();
        for (String name : NAMES) {
            Answer made = client.http()
                    .post(
                            client.namespace(namespace) + "/tables",
                            Json.of(
                                    "{'name':'%s','schema':%s,'properties':{'write.metadata.previous-versions-max':'100000'}}",
                                    name, CatalogClient.SCHEMA));
            metadata.put(name, made.expect(200).json().get("metadata"));
        }
        return new SharedTables(namespace, replays, metadata);
    }

    /** What clients look at. */
    static State state(JsonNode metadata) {
        long snapshot = metadata.path("current-snapshot-id").asLong(-1);
        return new State(metadata.at("/properties/mark").asText(), snapshot == -1 ? "" : String.valueOf(snapshot));
    }

    String namespace() {
        return namespace;
    }

    List<String> names() {
        return NAMES;
    }

    String any(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    String uuid(String table) {
        return uuids.get(table);
    }

    String location() {
        return location;
    }

    boolean replays() {
        return replays;
    }
}
