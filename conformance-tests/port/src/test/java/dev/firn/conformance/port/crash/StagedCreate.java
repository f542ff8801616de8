package dev.firn.conformance.port.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stages a table and says what a client then commits to create it. */
final class StagedCreate {
    private StagedCreate() {}

    /** Empty if the server failed, on a disk that does. */
    static Optional<JsonNode> change(CatalogClient client, String namespace, String name, String key, String value) {
        Answer answer = client.http()
                .post(
                        client.namespace(namespace) + "/tables",
                        Json.of("{'name':'%s','stage-create':true,'schema':%s}", name, CatalogClient.SCHEMA));
        if (answer.status() == 503) {
            return Optional.empty();
        }
        JsonNode staged = answer.expect(200).json().get("metadata");
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
        return Optional.of(Changes.on(namespace, name, List.of(Map.of("type", "assert-create")), updates));
    }
}
