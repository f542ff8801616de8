package dev.firn.conformance.port.histories;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The states that every table had, from the log of its metadata files: for any catalog whose files are on this machine. */
final class FileTruth {
    private FileTruth() {}

    static Map<String, List<State>> read(CatalogClient client, SharedTables tables) {
        Map<String, List<State>> states = new TreeMap<>();
        for (String table : tables.names()) {
            JsonNode present =
                    client.loadTable(tables.namespace(), table).expect(200).json();
            List<State> found = new ArrayList<>();
            for (JsonNode earlier : present.at("/metadata/metadata-log")) {
                found.add(SharedTables.state(
                        Json.parse(content(earlier.get("metadata-file").asText()))));
            }
            found.add(SharedTables.state(present.get("metadata")));
            states.put(table, found);
        }
        return states;
    }

    private static String content(String location) {
        try {
            return Files.readString(Path.of(location.replaceFirst("^file:(//)?", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
