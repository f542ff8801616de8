package dev.firn.conformance.port;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stages a table and says what a client then commits to create it. */
public final class StagedCreate {
    private StagedCreate() {}

    /** The change that creates a table, staged by a server that must not fail. */
    public static JsonNode change(CatalogClient client, String namespace, String name) {
        return change(stage(client, namespace, name).expect(200), namespace, name, "made", "staged");
    }

    /** Asks the server to stage a table. */
    public static Answer stage(CatalogClient client, String namespace, String name) {
        return client.http()
                .post(
                        client.namespace(namespace) + "/tables",
                        Json.of("{'name':'%s','stage-create':true,'schema':%s}", name, CatalogClient.SCHEMA));
    }

    /** The change that creates what was staged, with a property. */
    public static JsonNode change(Answer answer, String namespace, String name, String key, String value) {
        JsonNode staged = answer.json().get("metadata");
        List<Object> updates = new ArrayList<>();
        updates.add(Map.of("action", "assign-uuid", "uuid", staged.get("table-uuid")));
        updates.add(Map.of("action", "upgrade-format-version", "format-version", staged.get("format-version")));
        updates.add(Map.of("action", "add-schema", "schema", staged.at("/schemas/0"), "last-column-id", 2));
        updates.add(Map.of("action", "set-current-schema", "schema-id", -1));
        updates.add(Map.of("action", "add-spec", "spec", staged.at("/partition-specs/0")));
        updates.add(Map.of("action", "set-default-spec", "spec-id", -1));
        updates.add(Map.of("action", "add-sort-order", "sort-order", staged.at("/sort-orders/0")));
        updates.add(Map.of("action", "set-default-sort-order", "sort-order-id", -1));
        updates.add(Map.of("action", "set-location", "location", staged.get("location")));
        updates.add(Changes.update(key, value));
        return Changes.on(namespace, name, List.of(Map.of("type", "assert-create")), updates);
    }
}
