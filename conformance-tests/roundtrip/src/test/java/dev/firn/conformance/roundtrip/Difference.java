package dev.firn.conformance.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares metadata as JSON, but for what two servers could not have in common: clocks and the names of metadata files. */
final class Difference {
    private Difference() {}

    /** Fails unless both say the same of a table. */
    static void ofTables(String about, JsonNode actual, JsonNode expected) {
        assertThat(table(actual)).as(about).isEqualTo(table(expected));
    }

    /** Fails unless both say the same of a view. */
    static void ofViews(String about, JsonNode actual, JsonNode expected) {
        assertThat(view(actual)).as(about).isEqualTo(view(expected));
    }

    private static JsonNode table(JsonNode metadata) {
        ObjectNode table = metadata.deepCopy();
        table.remove("last-updated-ms");
        table.put("metadata-log", table.path("metadata-log").size());
        Map<Long, Long> times = new HashMap<>();
        table.path("snapshots")
                .forEach(snapshot -> times.put(
                        snapshot.get("snapshot-id").asLong(),
                        snapshot.get("timestamp-ms").asLong()));
        // A rollback is entered with the time of the clock, all else with that of the snapshot.
        table.path("snapshot-log").forEach(entry -> {
            Long time = times.get(entry.get("snapshot-id").asLong());
            ((ObjectNode) entry)
                    .put(
                            "timestamp-ms",
                            time != null && time == entry.get("timestamp-ms").asLong());
        });
        for (String unordered : List.of("statistics", "partition-statistics")) {
            List<JsonNode> files = new ArrayList<>();
            table.path(unordered).forEach(files::add);
            files.sort(Comparator.comparing(JsonNode::toString));
            ((ArrayNode) table.withArray(unordered)).removeAll().addAll(files);
        }
        return table;
    }

    private static JsonNode view(JsonNode metadata) {
        ObjectNode view = metadata.deepCopy();
        view.path("version-log").forEach(entry -> ((ObjectNode) entry).remove("timestamp-ms"));
        return view;
    }
}
