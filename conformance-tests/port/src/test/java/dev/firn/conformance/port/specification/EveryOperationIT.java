package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What every operation answers alike: each that the server describes is asked. */
@ExtendWith(SharedServer.class)
class EveryOperationIT {
    private static final int LARGEST_BODY = 2_000;

    private record Operation(String id, String method, String path, boolean hasBody) {
        boolean isAlone() {
            return id.equals(Operations.ALONE);
        }
    }

    private static List<Operation> operations(CatalogClient client) {
        JsonNode description = client.http().get("/openapi.json").expect(200).json();
        List<Operation> operations = new ArrayList<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (path.getKey().startsWith("/v1/") && !operation.getKey().equals("parameters")) {
                        operations.add(new Operation(
                                operation.getValue().path("operationId").asText(),
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replace("{prefix}", "main").replaceAll("\\{[^}]+}", "x"),
                                operation.getValue().has("requestBody")));
                    }
                }));
        assertThat(operations).hasSizeGreaterThanOrEqualTo(35);
        return operations;
    }

    @Test
    @Covers("every 400")
    void refusesWhatItCannotRead(FirnServer server, CatalogClient client) throws IOException {
        for (Operation operation : operations(client)) {
            String answer = raw(server, operation.method + " " + operation.path + "?a=%zz HTTP/1.1");
            assertThat(answer).as(operation.id).startsWith("HTTP/1.1 400 ");
            assertThat(answer.contains("\"code\":400")).as(operation.id).isEqualTo(!operation.method.equals("HEAD"));
            if (operation.hasBody && !operation.isAlone()) {
                isError(operation, client.http().post(operation.path, "{"), 400);
            }
        }
    }

    /** A request that no HTTP client would send. */
    private static String raw(FirnServer server, String line) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((line + "\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @Covers("every 401")
    void asksForAToken(CatalogClient client, @TempDir Path folder) {
        try (FirnServer server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "ada:secret"))) {
            Http http = new Http(server.uri());
            for (Operation operation : operations(client)) {
                if (!operation.isAlone()) {
                    Answer answer = http.send(operation.method, operation.path, new byte[0]);
                    isError(operation, answer, 401);
                    assertThat(answer.header("WWW-Authenticate")).isPresent();
                }
            }
        }
    }

    @Test
    @Covers("every 413")
    void refusesBodiesThatAreTooLarge(CatalogClient client, @TempDir Path folder) {
        byte[] large = ("{\"name\":\"" + "x".repeat(LARGEST_BODY) + "\"}").getBytes(StandardCharsets.UTF_8);
        try (FirnServer server =
                FirnServer.start(folder.resolve("data"), Map.of("FIRN_MAX_BODY_BYTES", String.valueOf(LARGEST_BODY)))) {
            Http http = new Http(server.uri());
            for (Operation operation : operations(client)) {
                if (operation.hasBody && !operation.isAlone()) {
                    isError(operation, http.send(operation.method, operation.path, large), 413);
                }
            }
        }
    }

    private static void isError(Operation operation, Answer answer, int status) {
        assertThat(answer.status()).as("%s: %s", operation.id, answer).isEqualTo(status);
        if (!operation.method.equals("HEAD")) {
            assertThat(answer.json().at("/error/code").asInt()).as("%s", answer).isEqualTo(status);
            assertThat(answer.json().at("/error/type").asText()).isNotEmpty();
            assertThat(answer.json().at("/error/message").asText()).isNotEmpty();
        }
    }
}
