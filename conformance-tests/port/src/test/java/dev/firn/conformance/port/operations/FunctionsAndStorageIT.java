package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.OwnNamespace;
import dev.firn.conformance.port.specification.Covers;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions, of which there are none; credentials and signatures, which folders do not need; and {@code referenced-by}. */
class FunctionsAndStorageIT extends OwnNamespace {
    @BeforeEach
    void prepare() {
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
    }

    @Test
    @Covers({
        "listFunctions",
        "listFunctions 200",
        "listFunctions 404",
        "listFunctions pageSize",
        "listFunctions pageToken"
    })
    void functionsAreListedAndThereAreNone() {
        String path = client.namespace(namespace) + "/functions";
        assertThat(http.get(path + "?pageSize=10&pageToken=").expect(200).json())
                .isEqualTo(Json.of("{'identifiers':[]}"));
        refused(http.get(path + "?pageSize=0"), 400, "BadRequestException");
        refused(http.get(client.namespace("missing") + "/functions"), 404, "NoSuchNamespaceException");
    }

    @Test
    @Covers({"loadFunction", "loadFunction 404"})
    void noFunctionCanBeLoaded() {
        refused(http.get(client.namespace(namespace) + "/functions/f"), 404, "NoSuchFunctionException");
        refused(http.get(client.namespace("missing") + "/functions/f"), 404, "NoSuchNamespaceException");
    }

    @Test
    @Covers({"loadCredentials", "loadCredentials 200", "loadCredentials 404", "loadCredentials planId"})
    void folderNeedsNoCredentials() {
        assertThat(http.get(client.table(namespace, "t") + "/credentials?planId=1")
                        .expect(200)
                        .json())
                .isEqualTo(Json.of("{'storage-credentials':[]}"));
        refused(http.get(client.table(namespace, "x") + "/credentials"), 404, "NoSuchTableException");
    }

    @Test
    @Covers({"signRequest", "signRequest 404"})
    void folderNeedsNoSignature() {
        String request =
                "{\"region\":\"r\",\"uri\":\"http://127.0.0.1/b/k\",\"method\":\"GET\",\"headers\":{\"a\":[\"b\"]}}";
        refused(http.post(client.table(namespace, "t") + "/sign", request), 400, "BadRequestException");
        refused(http.post(client.table(namespace, "t") + "/sign", "{\"method\":\"GET\"}"), 400, "BadRequestException");
        refused(http.post("/v1/nowhere/namespaces/a/tables/t/sign", request), 404, "NoSuchWarehouseException");
    }

    @Test
    @Covers({"loadTable referenced-by", "loadView referenced-by", "loadCredentials referenced-by"})
    void loadsSayThroughWhichViewsTheyCome() {
        String chain = "?referenced-by=a%1Fb%1Fouter,a%1Fin%2Cner";
        List<String> loads = List.of(
                client.table(namespace, "t"),
                client.view(namespace, "v"),
                client.table(namespace, "t") + "/credentials");
        for (String path : loads) {
            assertThat(http.get(path + chain).expect(200).text())
                    .isEqualTo(http.get(path).text());
            http.get(path + "?referenced-by=").expect(200);
            refused(http.get(path + "?referenced-by=noNamespace"), 400, "BadRequestException");
            refused(http.get(path + "?referenced-by=a%1Fb,,a%1Fc"), 400, "BadRequestException");
        }
    }

    @Test
    void neitherSigningNorCredentialsAreAdvertised() {
        assertThat(http.get("/v1/config").json().path("endpoints"))
                .extracting(endpoint -> endpoint.asText())
                .contains("GET /v1/{prefix}/namespaces/{namespace}/functions")
                .noneMatch(endpoint -> endpoint.endsWith("/sign") || endpoint.endsWith("/credentials"));
    }

    private static void refused(Answer answer, int status, String type) {
        assertThat(answer.expect(status).json().at("/error/type").asText()).isEqualTo(type);
    }
}
