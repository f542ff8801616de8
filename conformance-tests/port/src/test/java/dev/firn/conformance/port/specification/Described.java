package dev.firn.conformance.port.specification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an OpenAPI document says of the routes of the specification, as statements that can be compared. */
record Described(JsonNode document) {
    /** One statement: an operation, and what belongs to it. Names of headers are compared in small letters. */
    static String statement(String operation, String kind, String name) {
        return operation + ": " + kind + " " + Operations.normal(kind, name);
    }

    /** All statements about operations below {@code /v1/}. */
    Set<String> statements() {
        Set<String> statements = new TreeSet<>();
        document.path("paths").properties().forEach(path -> {
            if (path.getKey().startsWith("/v1/")) {
                path.getValue().properties().forEach(operation -> {
                    if (!operation.getKey().equals("parameters")) {
                        add(statements, path.getKey(), path.getValue(), operation.getKey(), operation.getValue());
                    }
                });
            }
        });
        return statements;
    }

    private void add(Set<String> statements, String path, JsonNode shared, String method, JsonNode operation) {
        String id = operation.path("operationId").asText();
        statements.add(statement(id, "operation", method.toUpperCase(Locale.ROOT) + " " + path));
        for (JsonNode parameters : new JsonNode[] {shared.path("parameters"), operation.path("parameters")}) {
            for (JsonNode entry : parameters) {
                JsonNode parameter = resolved(entry);
                statements.add(statement(
                        id,
                        parameter.path("in").asText(),
                        parameter.path("name").asText()));
            }
        }
        operation.path("responses").properties().forEach(response -> {
            statements.add(statement(id, "status", response.getKey()));
            if (response.getKey().startsWith("2")) {
                resolved(response.getValue())
                        .path("headers")
                        .fieldNames()
                        .forEachRemaining(header -> statements.add(statement(id, "response-header", header)));
            }
        });
    }

    /** The names of the properties of each schema, those that are needed with an exclamation mark. */
    Map<String, Set<String>> properties() {
        Map<String, Set<String>> properties = new TreeMap<>();
        document.at("/components/schemas").properties().forEach(schema -> {
            Set<String> names = new TreeSet<>();
            addProperties(names, schema.getValue());
            properties.put(schema.getKey(), names);
        });
        return properties;
    }

    private void addProperties(Set<String> names, JsonNode entry) {
        JsonNode schema = resolved(entry);
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        schema.path("required").forEach(name -> names.add(name.asText() + "!"));
        schema.path("allOf").forEach(part -> addProperties(names, part));
    }

    private JsonNode resolved(JsonNode entry) {
        JsonNode found = entry;
        while (found.has("$ref")) {
            found = document.at(found.path("$ref").asText().substring(1));
        }
        return found;
    }

    /** The methods and paths of the operations below {@code /v1/}. */
    Set<String> endpoints() {
        Set<String> endpoints = new TreeSet<>();
        document.path("paths").properties().forEach(path -> {
            Iterator<String> methods = path.getValue().fieldNames();
            methods.forEachRemaining(method -> {
                if (path.getKey().startsWith("/v1/") && !method.equals("parameters")) {
                    endpoints.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
            });
        });
        return endpoints;
    }
}
