package dev.firn.conformance.harness;

/** Bodies of views. */
public final class Views {
    private Views() {}

    /** The body that creates a view. */
    public static String create(String namespace, String name) {
        return """
        {"name":%s,"schema":%s,"properties":{},"view-version":{"version-id":1,"timestamp-ms":1,
         "schema-id":0,"summary":{"engine-name":"test"},"default-namespace":[%s],
         "representations":[{"type":"sql","sql":"select 1 as id","dialect":"spark"}]}}""".formatted(Json.value(name), CatalogClient.SCHEMA, Json.value(namespace));
    }
}
