package dev.firn.conformance.port.errors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no decent client library sends. */
@ExtendWith(SharedServer.class)
class RawRequestsIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/main/namespaces/%ZZ",
                "/v1/main/namespaces/%",
                "/v1/main/namespaces/%C3",
                "/v1/main/namespaces/%FF%FE",
                "/v1/main/namespaces/%00",
                "/v1/main/namespaces/a\\b",
                "/v1/main/namespaces/%2e%2e/tables",
                "/v1/main/namespaces/../../../etc/passwd",
                "/v1/main/namespaces/a;b=c/tables",
                "//v1//main//namespaces//",
                "/v1/main/namespaces/a b",
                "/v1/main/namespaces?pageToken=%ZZ&pageSize=1",
                "/v1/config?warehouse=%ZZ",
                "nonsense",
            })
    void path(String path, FirnServer server) throws IOException {
        checkRefusal(exchange(server, "GET " + path + " HTTP/1.1\r\n"));
    }

    @Test
    void endlessPath(FirnServer server) throws IOException {
        checkRefusal(exchange(server, "GET /v1/" + "a".repeat(20_000) + " HTTP/1.1\r\n"));
    }

    @Test
    void endlessHeader(FirnServer server) throws IOException {
        checkRefusal(exchange(server, "GET /v1/config HTTP/1.1\r\nX: " + "a".repeat(40_000) + "\r\n"));
    }

    @Test
    void bodyShorterThanAnnounced(FirnServer server) throws IOException {
        checkRefusal(exchange(
                server,
                "POST /v1/main/namespaces HTTP/1.1\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n",
                "nonsense\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/config\r\n",
                "GET /v1/config HTTP/3.7\r\n",
                "PRI * HTTP/2.0\r\n",
                "GET /v1/config HTTP/1.1\r\nnonsense\r\n",
                "GET /v1/config HTTP/1.1\r\nX: a\r\n b\r\n",
                "GET /v1/config HTTP/1.1\r\nX: a\0b\r\n",
                "GET /v1/config HTTP/1.1\r\nX Y: a\r\n",
                "GET /v1/config HTTP/1.1\r\nHost: other\r\n",
                "GET * HTTP/1.1\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nContent-Length: -1\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nContent-Length: x\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nTransfer-Encoding: gzip\r\n",
                "POST /v1/namespaces HTTP/1.1\r\nExpect: nonsense\r\nContent-Length: 0\r\n",
            })
    void notHttp(String head, FirnServer server) throws IOException {
        String response = exchange(server, head);
        // An unknown version of HTTP is the client's mistake too, whatever the number says.
        assertThat(response).matches("(?s)HTTP/1\\.1 (4|505).*").contains("\"error\":{\"message\":\"");
    }

    @Test
    void olderAndUnusualButRight(FirnServer server) throws IOException {
        assertThat(exchange(server, "GET /v1/config HTTP/1.0\r\n")).contains(" 200 OK");
        assertThat(exchange(server, "GET http://127.0.0.1/v1/config HTTP/1.1\r\n"))
                .contains(" 200 OK");
        assertThat(exchange(
                        server,
                        "POST /v1/namespaces HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
                        "19\r\n{\"namespace\":[\"chunked\"]}\r\n0\r\n\r\n"))
                .contains(" 200 OK");
    }

    private static void checkRefusal(String response) {
        assertThat(response).startsWith("HTTP/1.1 4").containsIgnoringCase("\r\nContent-Type: application/json");
        int status = Integer.parseInt(response.substring(9, 12));
        String body = response.substring(response.indexOf("\r\n\r\n") + 4);
        String json = body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1);
        assertThat(Json.parse(json).at("/error/code").asInt()).as(response).isEqualTo(status);
        assertThat(Json.parse(json).at("/error/type").asText()).as(response).isNotEmpty();
    }

    private static String exchange(FirnServer server, String head) throws IOException {
        return exchange(server, head, "");
    }

    /** What comes back for a head without its end, and a body. */
    static String exchange(FirnServer server, String head, String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            String request = head + "Host: 127.0.0.1\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
