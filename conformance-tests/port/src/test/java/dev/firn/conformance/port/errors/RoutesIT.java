package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.specification.Covers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that lead nowhere. */
@ExtendWith(SharedServer.class)
class RoutesIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v2/config",
                "/v1/main/nonsense",
                "/v1/main/nonsense/deeper",
                "/v1/nowhere/namespaces",
                "/v1/nowhere/namespaces/a/tables",
                "/v1/main/namespaces/a/nonsense",
                "/v1/main/namespaces/a/tables/t/nonsense",
                "/v1/main/namespaces/a/tables/t/u/v/w",
                "/index.php",
                "/etc/passwd",
            })
    void unknown(String path, CatalogClient client) {
        ErrorModel.check(client.http().get(path), 404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/config",
        "POST, /v1/config",
        "DELETE, /v1/main/namespaces",
        "PUT, /v1/main/namespaces/a",
        "PATCH, /v1/main/namespaces/a/tables/t",
        "PUT, /v1/main/namespaces/a/tables",
        "GET, /v1/main/transactions/commit",
        "GET, /v1/main/tables/rename",
        "NONSENSE, /v1/main/namespaces",
    })
    void methodThatThePathDoesNotHave(String method, String path, CatalogClient client) {
        Answer answer = client.http().send(method, path, new byte[0]);
        ErrorModel.check(answer, 405, "MethodNotAllowedException");
        String allowed = answer.header("Allow").orElse("");
        assertThat(allowed).matches("[A-Z]+(, [A-Z]+)*").doesNotContain(method);
        assertThat(answer.json().at("/error/message").asText()).contains(allowed);
    }

    @Test
    void whichMethodsThereAre(CatalogClient client) {
        Answer answer = client.http().send("OPTIONS", "/v1/main/namespaces", new byte[0]);
        assertThat(answer.expect(204).header("Allow").orElse("").split(", "))
                .containsExactlyInAnyOrder("GET", "HEAD", "POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/config",
                "/v1/config?warehouse=nowhere",
                "/v1/main/namespaces",
                "/v1/main/namespaces?pageSize=x",
                "/v1/main/namespaces/nowhere",
                "/v1/main/namespaces/nowhere/tables",
                "/v1/main/namespaces/nowhere/tables/t/plan/p",
                "/v1/main/namespaces/nowhere/tables/t/credentials",
                "/v1/main/namespaces/nowhere/functions/f",
                "/nowhere",
            })
    void headIsGetWithoutTheBody(String path, CatalogClient client) {
        Answer head = client.http().head(path);
        assertThat(head.status()).isEqualTo(client.http().get(path).status());
        assertThat(head.text()).isEmpty();
    }

    /** The routes of our own, which look the same to whoever only wants to know whether something is there. */
    @Test
    void headOfOurOwnIsGetWithoutTheBody(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        String catalog = "/api/v1/catalogs/main";
        String metrics = catalog + "/namespaces/" + namespace + "/tables/";
        for (String path : List.of(
                catalog + "/changes?limit=1&after=0",
                catalog + "/changes?after=abc",
                "/api/v1/catalogs/nope/changes",
                catalog + "/dropped?before=1",
                catalog + "/dropped?before=x",
                catalog + "/webhooks",
                catalog + "/webhooks/99999",
                metrics + "t/metrics",
                metrics + "u/metrics",
                "/openapi.json",
                "/docs",
                "/docs/x/start.js",
                "/docs/x/y",
                "/")) {
            Answer get = client.http().get(path);
            Answer head = client.http().head(path);
            assertThat(head.status()).as(path).isEqualTo(get.status());
            for (String header : List.of("Content-Type", "Content-Length", "ETag", "Cache-Control")) {
                assertThat(head.header(header)).as(path).isEqualTo(get.header(header));
            }
            assertThat(head.header("Content-Length")).as(path).isPresent();
            assertThat(head.text()).as(path).isEmpty();
            assertThat(client.http()
                            .send("OPTIONS", path, new byte[0])
                            .expect(204)
                            .header("Allow")
                            .orElse("")
                            .split(", "))
                    .as(path)
                    .contains("GET", "HEAD");
        }
    }

    @Test
    @Covers("getConfig 404")
    void unknownWarehouse(CatalogClient client) {
        ErrorModel.check(client.http().get("/v1/config?warehouse=nowhere"), 404);
        ErrorModel.check(client.http().get("/v1/config?warehouse=%2Fetc%2Fpasswd"), 404);
        client.http().get("/v1/config?warehouse=main").expect(200);
    }

    @Test
    void withAndWithoutPrefix(CatalogClient client) {
        client.http().get("/v1/namespaces").expect(200);
        client.http().get("/v1/main/namespaces").expect(200);
    }
}
