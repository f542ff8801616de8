package dev.firn.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this server serves, as an OpenAPI document. It is kept in fragments, one for each group of routes or schemas, and put together when somebody asks for
 * it: a start costs nothing.
 */
final class Description {
    /** The files in {@code openapi/}; a route of a new group is described in a file of its own, named here. */
    private static final List<String> FRAGMENTS = List.of(
            "base",
            "config",
            "oauth",
            "namespaces",
            "tables",
            "transactions",
            "views",
            "scans",
            "functions",
            "storage",
            "metrics",
            "changes",
            "recovery",
            "webhooks",
            "backup",
            "description",
            "types",
            "table-metadata",
            "updates",
            "requirements",
            "expressions",
            "content-files");

    /** In the base: answers that every operation has unless it says otherwise, or needs no token and therefore stands for itself. */
    private static final String OF_ALL = "x-firn-responses-of-all";

    /** The same for operations that are sent a body. */
    private static final String OF_BODIES = "x-firn-responses-of-bodies";

    private static final ObjectMapper JSON = new ObjectMapper();

    private @Nullable ReadyResponse response;

    /** The document, ready to be sent. */
    synchronized ReadyResponse response() {
        ReadyResponse known = response;
        if (known == null) {
            byte[] document = Json.bytes(document());
            known = new ReadyResponse("\"" + Digests.sha256(document) + "\"", document);
            response = known;
        }
        return known;
    }

    /** The document. */
    static ObjectNode document() {
        ObjectNode document = JSON.createObjectNode();
        FRAGMENTS.forEach(fragment -> merge(document, read(fragment)));
        JsonNode ofAll = document.remove(OF_ALL);
        JsonNode ofBodies = document.remove(OF_BODIES);
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                if (operation.has("responses") && !operation.has("security")) {
                    add(operation, ofAll);
                }
                if (operation.has("requestBody")) {
                    add(operation, ofBodies);
                }
            }
        }
        return document;
    }

    private static ObjectNode read(String fragment) {
        String file = "openapi/" + fragment + ".json";
        try (InputStream stream = Description.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new FileNotFoundException(file);
            }
            return JSON.readValue(stream, ObjectNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static void merge(ObjectNode into, ObjectNode fragment) {
        for (Map.Entry<String, JsonNode> field : fragment.properties()) {
            JsonNode known = into.get(field.getKey());
            if (known == null) {
                into.set(field.getKey(), field.getValue());
            } else if (known instanceof ObjectNode object && field.getValue() instanceof ObjectNode more) {
                merge(object, more);
            } else {
                throw new IllegalStateException("Described twice: " + field.getKey());
            }
        }
    }

    private static void add(JsonNode operation, JsonNode responses) {
        if (operation.get("responses") instanceof ObjectNode own) {
            responses.properties().forEach(response -> own.putIfAbsent(response.getKey(), response.getValue()));
        }
    }
}
