package dev.firn.conformance.port.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a browser sends to an open server for the page of another site. */
@ExtendWith(SharedServer.class)
class CrossSiteIT {
    private CatalogClient client;
    private String origin;

    @BeforeEach
    void use(FirnServer server) {
        client = server.client();
        origin = "http://" + server.uri().getAuthority();
    }

    private Answer create(String namespace, String... headers) {
        byte[] body = ("{\"namespace\":[\"" + namespace + "\"]}").getBytes(StandardCharsets.UTF_8);
        return client.http().send("POST", client.root() + "/namespaces", body, headers);
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() {
        String name = Names.fresh("foreign");
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(create(
                                    name,
                                    "Content-Type",
                                    "text/plain",
                                    "Sec-Fetch-Site",
                                    site,
                                    "Origin",
                                    "https://example.com")
                            .expect(403)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains("https://example.com");
        }
        for (String other : List.of("https://example.com", "null", "http://127.0.0.1", "http://[")) {
            create(name, "Content-Type", "text/plain", "Origin", other).expect(403);
        }
        client.http()
                .send("POST", "/api/v1/restore", new byte[] {1}, "Sec-Fetch-Site", "cross-site")
                .expect(403);
        client.http().get(client.namespace(name)).expect(404);
    }

    @Test
    void itsOwnPageAndProgramsDo() {
        create(Names.fresh("own"), "Sec-Fetch-Site", "same-origin", "Origin", "https://behind.a.proxy.example")
                .expect(200);
        create(Names.fresh("own"), "Sec-Fetch-Site", "none").expect(200);
        create(Names.fresh("own"), "Origin", origin).expect(200);
        client.http()
                .get(client.root() + "/namespaces", "Sec-Fetch-Site", "cross-site")
                .expect(200);
    }

    /** As after a site has let its name lead to this machine: for the browser the page is of this server, also when it reads. */
    @Test
    void theNameOfASiteIsNotAnswered(FirnServer server) throws IOException {
        String port = ":" + server.port();
        for (String name : List.of("example.com", "EXAMPLE.com.", "127.0.0.1.example.com", "x.local.example.com")) {
            for (String request : List.of(
                    "GET /v1/config HTTP/1.1\r\n",
                    "GET /api/v1/backup HTTP/1.1\r\n",
                    "DELETE /v1/main/namespaces/a HTTP/1.1\r\nOrigin: http://" + name + port + "\r\n")) {
                assertThat(exchange(server, request, name + port))
                        .startsWith("HTTP/1.1 403")
                        .contains("\"ForbiddenException\"", name);
            }
        }
    }

    @Test
    void namesOfThisMachineAre(FirnServer server) throws IOException {
        for (String name : List.of(
                "localhost",
                "LOCALHOST",
                "127.0.0.1",
                "[::1]",
                "firn",
                "my.localhost",
                "host.docker.internal",
                "me.local")) {
            for (String host : List.of(name, name + ":" + server.port())) {
                assertThat(exchange(server, "GET /v1/config HTTP/1.1\r\n", host))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    private static String exchange(FirnServer server, String head, String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            String request = head + "Host: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
