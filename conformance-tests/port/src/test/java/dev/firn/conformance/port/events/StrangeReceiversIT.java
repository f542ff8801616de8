package dev.firn.conformance.port.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.FirnServer;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is at the address of a webhook need not be a receiver: it fails as one does that is away, and costs the server nothing that adds up. */
class StrangeReceiversIT {
    @TempDir
    private Path folder;

    private FirnServer server;
    private WebhookClient client;

    @BeforeEach
    void start() {
        startServer(Map.of("FIRN_WEBHOOK_PAUSE_SECONDS", "1"));
        client.catalog().createNamespace("n").expect(200);
    }

    private void startServer(Map<String, String> variables) {
        server = FirnServer.start(folder.resolve("data"), variables);
        client = new WebhookClient(server.client());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** It stays open and waits for a client that speaks as it does, for minutes: each attempt would hold a descriptor so long. */
    @Test
    void aReceiverThatSpeaksAnotherProtocolIsNotHeldOpen() throws Exception {
        server.close();
        startServer(Map.of("FIRN_WEBHOOK_ANSWER_SECONDS", "1", "FIRN_WEBHOOK_PAUSE_SECONDS", "1"));
        for (String said : List.of(
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n",
                "HTTP/1.1 199 Soon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) {
            try (RawReceiver other = RawReceiver.saying(said)) {
                JsonNode webhook = client.add(Map.of("url", other.url(), "after", 0));
                client.await(webhook, status -> status.get("failures").asInt() >= 3);
                JsonNode failing = client.await(webhook, status -> other.open() == 0);
                assertThat(other.connections()).as(said).isGreaterThanOrEqualTo(3);
                assertThat(failing.get("behind").asLong()).as(said).isEqualTo(1);
                client.remove(webhook);
            }
        }
    }

    /** It has said nothing of it, so it is known only by the next event; sent again, that is taken. */
    @Test
    void aReceiverThatAnswersOneRequestOfAConnectionIsNoFailure() throws Exception {
        try (RawReceiver curt = RawReceiver.sayingOnce("HTTP/1.1 204 No Content\r\n\r\n")) {
            JsonNode webhook = client.add(Map.of("url", curt.url(), "after", 0));
            for (int i = 0; i < 10; i++) {
                client.catalog().createTable("n", "t" + i).expect(200);
            }
            client.awaitNothingBehind(webhook);
            assertThat(curt.connections()).isEqualTo(11);
            assertThat(server.process().log()).doesNotContain("[WARN]");
        }
    }

    /** Strange, and HTTP all the same: it has taken what it was sent. */
    @Test
    void answersOfManyFormsAreUnderstood() throws Exception {
        for (String said : List.of(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 199 Soon\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\nContent-Length: 0\r\n\r\n")) {
            try (RawReceiver strange = RawReceiver.saying(said)) {
                JsonNode webhook = client.add(Map.of("url", strange.url(), "after", 0));
                assertThat(client.awaitNothingBehind(webhook).get("failures").asInt())
                        .as(said)
                        .isZero();
                client.remove(webhook);
            }
        }
    }

    /** Nobody logs in, so the page that comes with it has no limit. */
    @Test
    void aRefusalIsShownHoweverLongItsPageIs() throws Exception {
        String refusal =
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 100000\r\n\r\n";
        try (RawReceiver closed = RawReceiver.saying(refusal + "x".repeat(100_000))) {
            JsonNode webhook = client.add(Map.of("url", closed.url(), "after", 0));
            JsonNode failing =
                    client.await(webhook, status -> status.get("failures").asInt() >= 2);
            assertThat(failing.get("last-failure").asText()).isEqualTo("answered 401");
            assertThat(closed.connections()).isEqualTo(1);
        }
    }

    /** A machine without any says of one as of every receiver that is away. */
    @Test
    void addressesOfTheNewerKindAreReached() throws Exception {
        if (NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) == null) {
            JsonNode webhook = client.add(Map.of("url", "http://[::1]:9/hook", "after", 0));
            JsonNode failing =
                    client.await(webhook, status -> status.get("failures").asInt() >= 1);
            assertThat(failing.get("last-failure").asText()).isEqualTo("cannot be reached");
            return;
        }
        try (RawReceiver newer = RawReceiver.at("::1", "HTTP/1.1 204 No Content\r\n\r\n")) {
            client.awaitNothingBehind(client.add(Map.of("url", newer.url(), "after", 0)));
            assertThat(newer.connections()).isEqualTo(1);
        }
    }

    /** What the Java virtual machine is told of proxies holds for webhooks. */
    @Test
    void aProxyIsAskedIfThereIsOne() throws Exception {
        try (RawReceiver proxy = RawReceiver.saying("HTTP/1.1 204 No Content\r\n\r\n")) {
            server.close();
            startServer(Map.of(
                    "JAVA_TOOL_OPTIONS",
                    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort="
                            + URI.create(proxy.url()).getPort()));
            client.awaitNothingBehind(client.add(Map.of("url", "http://receiver.invalid/hook?a=b", "after", 0)));
            assertThat(proxy.requestLines()).containsExactly("POST http://receiver.invalid/hook?a=b HTTP/1.1");
        }
    }

    /** Trusted are those that the Java virtual machine trusts, under the name that their certificate has. */
    @Test
    void aReceiverOverTlsIsToldOnlyIfItIsKnown() throws Exception {
        try (SecureReceiver secure = SecureReceiver.start(folder)) {
            JsonNode webhook = client.add(Map.of("url", secure.url("127.0.0.1"), "after", 0));
            JsonNode unknown =
                    client.await(webhook, status -> status.get("failures").asInt() >= 1);
            assertThat(unknown.get("last-failure").asText()).contains("SSLHandshake", "certification path");
            assertThat(secure.taken()).isZero();

            server.close();
            startServer(Map.of("JAVA_TOOL_OPTIONS", secure.trust(), "FIRN_WEBHOOK_PAUSE_SECONDS", "1"));
            client.awaitNothingBehind(webhook);
            assertThat(secure.taken()).isEqualTo(1);
            client.catalog().createTable("n", "t").expect(200);
            client.awaitNothingBehind(webhook);
            assertThat(secure.taken()).isEqualTo(2);

            JsonNode other = client.add(Map.of("url", secure.url("localhost"), "after", 0));
            JsonNode misnamed =
                    client.await(other, status -> status.get("failures").asInt() >= 1);
            assertThat(misnamed.get("last-failure").asText()).contains("SSLHandshake", "localhost");
            assertThat(secure.taken()).isEqualTo(2);
        }
    }
}
