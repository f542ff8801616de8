package dev.firn.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Bodies of commits. */
public final class Changes {
    private Changes() {}

    /** Sets one property, without a requirement. */
    public static JsonNode set(String key, String value) {
        return Json.value(Map.of("requirements", List.of(), "updates", List.of(update(key, value))));
    }

    /** Sets one property of one of several tables, without a requirement. */
    public static JsonNode set(String namespace, String table, String key, String value) {
        return on(namespace, table, List.of(), List.of(update(key, value)));
    }

    /** A change of one table of a transaction. */
    public static JsonNode on(String namespace, String table, List<?> requirements, List<?> updates) {
        return Json.value(
                Map.of("identifier", identifier(namespace, table), "requirements", requirements, "updates", updates));
    }

    /** The update that sets one property. */
    public static Map<String, ?> update(String key, String value) {
        return Map.of("action", "set-properties", "updates", Map.of(key, value));
    }

    /** The requirement that the table is the one with this identity. */
    public static Map<String, ?> sameTable(String uuid) {
        return Map.of("type", "assert-table-uuid", "uuid", uuid);
    }

    /** A table's identifier. */
    public static JsonNode identifier(String namespace, String name) {
        return Json.value(Map.of("namespace", List.of(namespace), "name", name));
    }
}
