package dev.firn.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The requests of the specification that tests send most; each answers what the server said. */
public final class CatalogClient {
    /** A schema of two columns. */
    public static final String SCHEMA = """
      {"type":"struct","schema-id":0,"fields":[
        {"id":1,"name":"id","required":true,"type":"long"},
        {"id":2,"name":"note","required":false,"type":"string"}]}""";

    private final Http http;
    private final String root;
    private final String separator;

    private CatalogClient(Http http, String root, String separator) {
        this.http = http;
        this.root = root;
        this.separator = separator;
    }

    /** Asks the configuration and uses the prefix that it names, if it names one. */
    public static CatalogClient connect(URI server) {
        Http http = new Http(server);
        JsonNode config = http.get("/v1/config").expect(200).json();
        String prefix = setting(config, "prefix", "");
        String root = prefix.isEmpty() ? "/v1" : "/v1/" + prefix;
        return new CatalogClient(http, root, setting(config, "namespace-separator", "%1F"));
    }

    private static String setting(JsonNode config, String name, String otherwise) {
        String preset = config.path("defaults").path(name).asText(otherwise);
        return config.path("overrides").path(name).asText(preset);
    }

    /** The same client, which sends its changes with this {@code Idempotency-Key}. */
    public CatalogClient withKey(String key) {
        return new CatalogClient(http.with("Idempotency-Key", key), root, separator);
    }

    /** The underlying client, for requests that are written out. */
    public Http http() {
        return http;
    }

    /** {@code /v1/{prefix}}. */
    public String root() {
        return root;
    }

    /** One name as a segment of a path. */
    public static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The path of a namespace. */
    public String namespace(String... levels) {
        return root + "/namespaces/" + joined(levels);
    }

    /** The levels of a namespace as one segment of a path or a parameter. */
    public String joined(String... levels) {
        return Arrays.stream(levels).map(CatalogClient::encode).collect(Collectors.joining(separator));
    }

    /** The path of a table. */
    public String table(String namespace, String name) {
        return namespace(namespace) + "/tables/" + encode(name);
    }

    /** The path of a view. */
    public String view(String namespace, String name) {
        return namespace(namespace) + "/views/" + encode(name);
    }

    /** Creates a namespace. */
    public Answer createNamespace(String... levels) {
        return http.post(root + "/namespaces", "{\"namespace\":" + Json.value(Arrays.asList(levels)) + "}");
    }

    /** Creates a table with the usual schema. */
    public Answer createTable(String namespace, String name) {
        return http.post(
                namespace(namespace) + "/tables", "{\"name\":" + Json.value(name) + ",\"schema\":" + SCHEMA + "}");
    }

    /** Creates a view over nothing. */
    public Answer createView(String namespace, String name) {
        return http.post(namespace(namespace) + "/views", Views.create(namespace, name));
    }

    /** Loads a table. */
    public Answer loadTable(String namespace, String name) {
        return http.get(table(namespace, name));
    }

    /** Commits to one table: a change with requirements and updates. */
    public Answer commit(String namespace, String name, JsonNode change) {
        return http.post(table(namespace, name), change);
    }

    /** Commits changes, each with an identifier, to several tables at once. */
    public Answer transact(List<JsonNode> changes) {
        return http.post(root + "/transactions/commit", "{\"table-changes\":" + Json.value(changes) + "}");
    }

    /** The names of a listing of tables or views. */
    public static List<String> names(Answer listing) {
        return StreamSupport.stream(
                        listing.expect(200).json().get("identifiers").spliterator(), false)
                .map(identifier -> identifier.get("name").asText())
                .collect(Collectors.toList());
    }

    /** The body that renames a table or a view. */
    public static String rename(String from, String name, String to, String newName) {
        return "{\"source\":%s,\"destination\":%s}"
                .formatted(Changes.identifier(from, name), Changes.identifier(to, newName));
    }
}
