package dev.firn.conformance.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON for tests. */
public final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** Parses text in which single quotes stand for double ones, which keeps bodies readable. */
    public static JsonNode of(String text, Object... values) {
        return parse(String.format(text.replace('\'', '"'), values));
    }

    /** Parses JSON. */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** A value as JSON: strings, numbers, lists and maps. */
    public static JsonNode value(Object value) {
        return MAPPER.valueToTree(value);
    }
}
