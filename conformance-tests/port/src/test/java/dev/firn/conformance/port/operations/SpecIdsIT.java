package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The specification asks clients for the fields of a partition spec only: its id is the server's. */
@ExtendWith(SharedServer.class)
class SpecIdsIT {
    private static final Map<String, ?> BY_ID =
            Map.of("fields", List.of(Map.of("source-id", 1, "transform", "identity", "name", "by_id")));
    private static final List<Map<String, ?>> UPDATES =
            List.of(Map.of("action", "add-spec", "spec", BY_ID), Map.of("action", "set-default-spec", "spec-id", -1));

    private CatalogClient client;
    private String namespace;

    @BeforeEach
    void prepare(CatalogClient client) {
        this.client = client;
        namespace = Names.namespace(client);
    }

    private void assertPartitioned(int specId) {
        JsonNode metadata = client.loadTable(namespace, "t").expect(200).json().get("metadata");
        assertThat(metadata.get("default-spec-id").asInt()).isEqualTo(specId);
        assertThat(metadata.at("/partition-specs/" + specId + "/fields/0/name").asText())
                .isEqualTo("by_id");
    }

    @Test
    void ofANewTable() {
        Map<String, ?> body = Map.of("name", "t", "schema", Json.parse(CatalogClient.SCHEMA), "partition-spec", BY_ID);
        client.http()
                .post(client.namespace(namespace) + "/tables", Json.value(body))
                .expect(200);
        assertPartitioned(0);
    }

    @Test
    void ofACommit() {
        client.createTable(namespace, "t").expect(200);
        client.commit(namespace, "t", Json.value(Map.of("requirements", List.of(), "updates", UPDATES)))
                .expect(200);
        assertPartitioned(1);
    }

    @Test
    void ofATransaction() {
        client.createTable(namespace, "t").expect(200);
        client.transact(List.of(Changes.on(namespace, "t", List.of(), UPDATES))).expect(204);
        assertPartitioned(1);
    }
}
