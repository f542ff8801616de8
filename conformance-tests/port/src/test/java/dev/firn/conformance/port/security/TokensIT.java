package dev.firn.conformance.port.security;

import static dev.firn.conformance.port.security.TokenClient.ACCESS_TOKEN;
import static dev.firn.conformance.port.security.TokenClient.EXCHANGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.port.security.TokenClient.Reply;
import dev.firn.conformance.port.specification.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with two clients, and one that is open. */
class TokensIT {
    @TempDir
    private Path folder;

    private FirnServer server;
    private TokenClient tokens;
    private Http http;

    @BeforeEach
    void start() {
        use(FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "spark:s3:cret duck:quack")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void use(FirnServer started) {
        server = started;
        tokens = new TokenClient(server.uri());
        http = new Http(server.uri());
    }

    @Test
    void everythingNeedsAToken() {
        for (String path : List.of("/v1/config", "/v1/main/namespaces", "/v1/nowhere")) {
            Answer answer = http.get(path);
            assertThat(answer.expect(401).json().at("/error/type").asText()).isEqualTo("NotAuthorizedException");
            assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer realm=\"firn\"");
        }
        http.post("/v1/main/namespaces", "{\"namespace\":[\"a\"]}").expect(401);
        assertThat(http.head("/v1/main/namespaces/a").expect(401).text()).isEmpty();
        assertThat(http.get("/v1/config", "Authorization", "Bearer nonsense")
                        .expect(401)
                        .header("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).contains("invalid_token"));
    }

    @Test
    void whatToPasteIntoAClientHasACredentialInItButNotTheSecret() {
        assertThat(server.process().log())
                .contains("CLIENT_ID 'ID', CLIENT_SECRET 'SECRET'", "credential=\"ID:SECRET\"", "credential=ID:SECRET")
                .doesNotContain("AUTHORIZATION_TYPE 'none'", "s3:cret", "quack");
    }

    @Test
    @Covers({"getToken", "getToken 200", "getToken Cache-Control"})
    void clientThatKnowsItsSecretGetsAToken() throws Exception {
        Reply reply = tokens.withSecret("spark", "s3:cret");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("token_type").asText()).isEqualTo("bearer");
        assertThat(reply.json().path("expires_in").asInt()).isEqualTo(3600);
        assertThat(reply.json().path("scope").asText()).isEqualTo("catalog");
        assertThat(reply.json().path("issued_token_type").asText()).isEqualTo(ACCESS_TOKEN);
        assertThat(reply.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        get(reply.token()).expect(200);
        Reply basic = tokens.ask(TokenClient.basic("duck", "quack"), "grant_type", "client_credentials");
        get(basic.token()).expect(200);
    }

    @Test
    @Covers({"getToken 400", "getToken 401"})
    void whoeverIsRefusedIsToldWhy() throws Exception {
        refused(tokens.withSecret("spark", "wrong"), 401, "invalid_client");
        refused(tokens.withSecret("nobody", ""), 400, "invalid_request");
        refused(tokens.withSecret("nobody", "x"), 401, "invalid_client");
        refused(tokens.ask(List.of(), "grant_type", "password"), 400, "unsupported_grant_type");
        refused(tokens.ask(List.of(), "scope", "catalog"), 400, "invalid_request");
        refused(
                tokens.ask(TokenClient.basic("duck", "quack"), "grant_type", "client_credentials", "scope", "a\"b"),
                400,
                "invalid_scope");
        refused(
                tokens.send("application/json", "{\"grant_type\":\"client_credentials\"}", List.of()),
                400,
                "invalid_request");
        refused(tokens.send("application/x-www-form-urlencoded", "grant_type=%zz", List.of()), 400, "invalid_request");
        refused(
                tokens.send("application/x-www-form-urlencoded", "grant_type=a&grant_type=b", List.of()),
                400,
                "invalid_request");
        refused(exchange(List.of(), "nonsense"), 400, "invalid_grant");
    }

    @Test
    void tokenIsRenewedAndLastsOverARestart() throws Exception {
        String token = tokens.withSecret("spark", "s3:cret").token();
        Reply renewed = exchange(TokenClient.bearer(token), token);
        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.token()).isNotEqualTo(token);
        server.process().kill();
        use(FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "spark:s3:cret")));
        get(renewed.token()).expect(200);
        assertThat(Files.getPosixFilePermissions(folder.resolve("data/token.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void tokenOfAClientThatIsNoMoreIsWorthNothing() throws Exception {
        String token = tokens.withSecret("duck", "quack").token();
        server.close();
        use(FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "spark:s3:cret")));
        get(token).expect(401);
    }

    @Test
    void tokenEndsWithTheSecretOfItsClient() throws Exception {
        String token = tokens.withSecret("duck", "quack").token();
        String other = tokens.withSecret("spark", "s3:cret").token();
        server.close();
        use(FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "spark:s3:cret duck:moved")));
        get(token).expect(401);
        refused(exchange(TokenClient.bearer(token), token), 400, "invalid_grant");
        get(other).expect(200);
    }

    @Test
    void tokenOfAnOpenServerIsWorthNothingElsewhere() throws Exception {
        server.close();
        use(FirnServer.start(folder.resolve("data"), Map.of()));
        Reply reply = tokens.withSecret("spark", "whatever");
        assertThat(reply.status()).isEqualTo(200);
        get(reply.token()).expect(200);
        get("nonsense").expect(200);
        server.close();
        use(FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "spark:s3:cret")));
        get(reply.token()).expect(401);
    }

    @Test
    void unsignedTokenIsNoToken() throws Exception {
        String token = tokens.withSecret("spark", "s3:cret").token();
        String[] parts = token.split("\\.");
        String none = base64("{\"alg\":\"none\"}") + "." + parts[1] + ".";
        get(none).expect(401);
        get(parts[0] + "." + base64("{\"sub\":\"spark\",\"client_id\":\"spark\",\"exp\":4102444800}") + "." + parts[2])
                .expect(401);
    }

    @Test
    void userOfAClientIsNamedWithIt() throws Exception {
        String client = tokens.withSecret("spark", "s3:cret").token();
        String user = base64("{\"alg\":\"none\"}") + "." + base64("{\"sub\":\"alice\"}") + ".";
        refused(exchange(List.of(), user), 400, "invalid_grant");
        Reply reply = exchange(TokenClient.bearer(client), user);
        assertThat(reply.status()).isEqualTo(200);
        get(reply.token()).expect(200);
        String claims =
                new String(Base64.getUrlDecoder().decode(reply.token().split("\\.")[1]), StandardCharsets.UTF_8);
        assertThat(claims).contains("\"sub\":\"spark/alice\"");
        // Only the client itself says who its users are.
        String other = base64("{\"alg\":\"none\"}") + "." + base64("{\"sub\":\"bob\"}") + ".";
        refused(exchange(TokenClient.bearer(reply.token()), other), 400, "invalid_grant");
    }

    @Test
    void javaClientSignsIn() throws Exception {
        try (RESTCatalog catalog = new RESTCatalog()) {
            catalog.initialize(
                    "firn", Map.of(CatalogProperties.URI, server.uri().toString(), "credential", "spark:s3:cret"));
            catalog.createNamespace(Namespace.of("signed"));
            assertThat(catalog.listNamespaces()).containsExactly(Namespace.of("signed"));
        }
    }

    private Reply exchange(List<String> headers, String subject) throws Exception {
        return tokens.ask(
                headers, "grant_type", EXCHANGE, "subject_token", subject, "subject_token_type", ACCESS_TOKEN);
    }

    private Answer get(String token) {
        return http.get("/v1/main/namespaces", "Authorization", "Bearer " + token);
    }

    private static void refused(Reply reply, int status, String error) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("error_description").asText()).isNotEmpty();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
