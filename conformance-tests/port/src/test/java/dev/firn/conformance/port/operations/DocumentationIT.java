package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.port.SharedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code /openapi.json}, and the page that renders it. */
@ExtendWith(SharedServer.class)
class DocumentationIT {
    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    @Test
    void theDescriptionIsOpenApi(CatalogClient client) {
        JsonNode description = client.http().get("/openapi.json").expect(200).json();
        assertThat(description.path("openapi").asText()).startsWith("3.1.");
        assertThat(description.at("/paths/~1v1~1config/get/operationId").asText())
                .isEqualTo("getConfig");
    }

    @Test
    void theDescriptionIsNotSentTwice(CatalogClient client) {
        String etag =
                client.http().get("/openapi.json").expect(200).header("ETag").orElseThrow();
        client.http().get("/openapi.json", "If-None-Match", etag).expect(304);
    }

    /** What the page loads is served, and comes from this server: a relative address. */
    @Test
    void thePageNeedsNoOtherServer(CatalogClient client) {
        Answer page = client.http().get("/docs").expect(200);
        assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'");
        List<String> loaded = new ArrayList<>();
        Matcher matcher = LOADED.matcher(page.text());
        while (matcher.find()) {
            loaded.add(matcher.group(1));
        }
        assertThat(loaded).contains("openapi.json").anyMatch(file -> file.endsWith(".js"));
        loaded.remove("data:,");
        for (String file : loaded) {
            assertThat(file).doesNotContain(":", "//");
            assertThat(client.http().get("/" + file).expect(200).text()).isNotEmpty();
        }
    }

    @Test
    void onlyWhatThePageNeedsIsServed(CatalogClient client) {
        client.http().get("/docs/x/start.jsx").expect(404);
        client.http().get("/docs/0.0.0/swagger-ui-bundle.js").expect(404);
        client.http().get("/docs/%2e%2e/swagger-ui.css").expect(400, 404);
    }

    @Test
    void browsersAreLedToThePage(CatalogClient client) {
        Answer answer = client.http().get("/", "Accept", "text/html,*/*;q=0.8").expect(302);
        assertThat(answer.header("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("docs"));
        Answer other = client.http().get("/", "Accept", "application/json").expect(404);
        assertThat(other.json().at("/error/code").asInt()).isEqualTo(404);
    }

    @Test
    void bothAreThereWithoutAToken(@TempDir Path folder) {
        try (FirnServer server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "ada:secret"))) {
            Http http = new Http(server.uri());
            http.get("/v1/config").expect(401);
            http.get("/openapi.json").expect(200);
            Matcher script = LOADED.matcher(http.get("/docs").expect(200).text());
            assertThat(script.results().filter(found -> found.group(1).endsWith(".js")))
                    .isNotEmpty()
                    .allSatisfy(found -> http.get("/" + found.group(1)).expect(200));
            http.get("/", "Accept", "text/html").expect(302);
        }
    }
}
