package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The configuration and namespaces, as specified. */
@ExtendWith(SharedServer.class)
class NamespacesIT {
    private CatalogClient client;
    private Http http;
    private String namespace;

    @BeforeEach
    void prepare(CatalogClient client) {
        this.client = client;
        this.http = client.http();
        this.namespace = Names.fresh("specified");
    }

    @Test
    @Covers({"getConfig", "getConfig 200", "getConfig warehouse"})
    void configuration() {
        JsonNode usual = http.get("/v1/config").expect(200).json();
        assertThat(usual.path("defaults").isObject()).isTrue();
        assertThat(usual.at("/overrides/prefix").asText()).isEqualTo("main");
        assertThat(http.get("/v1/config?warehouse=main").expect(200).json()).isEqualTo(usual);
        assertThat(http.get("/v1/config?warehouse=").expect(200).json()).isEqualTo(usual);
        client.createNamespace(namespace).expect(200);
        assertThat(http.get("/v1/config?warehouse=main%40change%3A1")
                        .expect(200)
                        .json()
                        .at("/overrides/prefix")
                        .asText())
                .isEqualTo("main@change:1");
    }

    @Test
    @Covers({
        "createNamespace",
        "createNamespace 200",
        "createNamespace 404",
        "loadNamespaceMetadata",
        "loadNamespaceMetadata 200",
        "namespaceExists",
        "namespaceExists 204",
        "dropNamespace",
        "dropNamespace 204"
    })
    void oneNamespace() {
        String body = "{\"namespace\":[\"%s\"],\"properties\":{\"owner\":\"ada\"}}".formatted(namespace);
        JsonNode expected = Json.of("{'namespace':['%s'],'properties':{'owner':'ada'}}", namespace);
        assertThat(http.post(client.root() + "/namespaces", body).expect(200).json())
                .isEqualTo(expected);
        assertThat(http.get(client.namespace(namespace)).expect(200).json()).isEqualTo(expected);
        http.head(client.namespace(namespace)).expect(204);
        http.post("/v1/nowhere/namespaces", body).expect(404);
        http.delete(client.namespace(namespace)).expect(204);
        http.head(client.namespace(namespace)).expect(404);
    }

    @Test
    @Covers({"listNamespaces", "listNamespaces 200", "listNamespaces parent"})
    void children() {
        client.createNamespace(namespace).expect(200);
        client.createNamespace(namespace, "b").expect(200);
        client.createNamespace(namespace, "a").expect(200);
        client.createNamespace(namespace, "a", "deep").expect(200);
        String list = client.root() + "/namespaces";
        assertThat(http.get(list + "?parent=" + namespace).expect(200).json().path("namespaces"))
                .isEqualTo(Json.of("[['%1$s','a'],['%1$s','b']]", namespace));
        assertThat(http.get(list + "?parent=" + client.joined(namespace, "a"))
                        .expect(200)
                        .json()
                        .path("namespaces"))
                .isEqualTo(Json.of("[['%s','a','deep']]", namespace));
        assertThat(http.get(list).expect(200).json().path("namespaces"))
                .contains(Json.of("['%s']", namespace))
                .doesNotContain(Json.of("['%s','a']", namespace))
                .containsExactlyInAnyOrderElementsOf(
                        http.get(list + "?parent=").expect(200).json().path("namespaces"));
    }

    @Test
    @Covers({"updateProperties", "updateProperties 200"})
    void properties() {
        client.createNamespace(namespace).expect(200);
        String path = client.namespace(namespace) + "/properties";
        http.post(path, "{\"updates\":{\"a\":\"1\",\"b\":\"2\"}}").expect(200);
        assertThat(http.post(path, "{\"removals\":[\"a\",\"x\"],\"updates\":{\"b\":\"3\"}}")
                        .expect(200)
                        .json())
                .isEqualTo(Json.of("{'updated':['b'],'removed':['a'],'missing':['x']}"));
        assertThat(http.get(client.namespace(namespace)).json().path("properties"))
                .isEqualTo(Json.of("{'b':'3'}"));
    }
}
