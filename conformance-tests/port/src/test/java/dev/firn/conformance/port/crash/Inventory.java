package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Looks at everything in a namespace: each table and view loads, and its file says the same. */
final class Inventory {
    private Inventory() {}

    static Belongings of(CatalogClient client, String home) {
        Belongings found = Belongings.none();
        for (String name : CatalogClient.names(client.http().get(client.namespace(home) + "/tables"))) {
            found.tables().put(name, tableProperties(client, home, name));
        }
        for (String name : CatalogClient.names(client.http().get(client.namespace(home) + "/views"))) {
            Answer loaded = client.http().get(client.view(home, name));
            checkFile(loaded);
            found.views().put(name, ours(loaded.json().at("/metadata/properties")));
        }
        JsonNode children = client.http()
                .get(client.root() + "/namespaces?parent=" + home)
                .expect(200)
                .json();
        for (JsonNode levels : children.get("namespaces")) {
            String name = levels.get(1).asText();
            JsonNode loaded =
                    client.http().get(client.namespace(home, name)).expect(200).json();
            found.namespaces().put(name, ours(loaded.get("properties")));
        }
        return found.seen();
    }

    /** The properties that tests set on a table, after its file was compared with the answer. */
    static Map<String, String> tableProperties(CatalogClient client, String home, String name) {
        Answer loaded = client.loadTable(home, name);
        checkFile(loaded);
        // Some engines write to it without making it.
        assertThat(path(loaded.json().at("/metadata/location")).resolve("data"))
                .as("%s", loaded)
                .isDirectory();
        return ours(loaded.json().at("/metadata/properties"));
    }

    private static Map<String, String> ours(JsonNode properties) {
        Map<String, String> ours = new TreeMap<>();
        properties.properties().forEach(entry -> {
            if (entry.getKey().startsWith("k")) {
                ours.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return ours;
    }

    private static void checkFile(Answer loaded) {
        JsonNode answer = loaded.expect(200).json();
        Path file = path(answer.get("metadata-location"));
        assertThat(file).as("%s", loaded).isRegularFile();
        try {
            assertThat(Json.parse(read(file)).path("properties"))
                    .as("%s", file)
                    .isEqualTo(answer.at("/metadata/properties"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path path(JsonNode location) {
        return Path.of(location.asText().replaceFirst("^file:(//)?", ""));
    }

    private static String read(Path file) throws IOException {
        boolean compressed = file.toString().endsWith(".gz.metadata.json");
        try (InputStream bytes = Files.newInputStream(file);
                InputStream text = compressed ? new GZIPInputStream(bytes) : bytes) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
