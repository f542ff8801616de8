package dev.firn.conformance.port.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** A table made from a copy of another's metadata, as a client does that moves tables between catalogs. */
final class MetadataCopy {
    /** The name of the file, which is the client's. */
    static final String NAME = "00000-copy.metadata.json";

    private MetadataCopy() {}

    /** Writes the copy, without a sync, and registers it. */
    static Answer register(CatalogClient client, String namespace, String table, String newName) {
        JsonNode loaded = client.loadTable(namespace, table).expect(200).json();
        ObjectNode metadata = loaded.get("metadata").deepCopy();
        String location = metadata.get("location").asText() + "-" + newName;
        metadata.put("location", location);
        metadata.put("table-uuid", UUID.randomUUID().toString());
        Path file = Path.of(location.replaceFirst("^file:(//)?", ""), "metadata", NAME);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, metadata.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> body = Map.of("name", newName, "metadata-location", file.toString());
        return client.http().post(client.namespace(namespace) + "/register", Json.value(body));
    }
}
