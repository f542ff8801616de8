package dev.firn.conformance.port.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How large requests may be, and what happens to larger ones: the server stays as it was. */
class LimitsIT {
    private static final int BODY = 100_000;
    private static final int HEAD = 10_000;

    @TempDir
    private static Path folder;

    private static FirnServer server;
    private static CatalogClient client;

    @BeforeAll
    static void start() {
        server = FirnServer.start(
                folder.resolve("data"), Map.of("FIRN_MAX_BODY_BYTES", "" + BODY, "FIRN_MAX_HEADER_BYTES", "" + HEAD));
        client = server.client();
        client.createNamespace("n").expect(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void body() {
        post(namespace(BODY + 1), 413, "ContentTooLargeException");
        post(namespace(BODY), 400, "BadRequestException");
    }

    @Test
    void announcedBody() throws IOException {
        String answer =
                RawRequestsIT.exchange(server, "POST /v1/namespaces HTTP/1.1\r\nContent-Length: 99999999999\r\n", "{");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":413");
    }

    /** More of them than there are threads. */
    @Test
    void bodiesThatDoNotComeHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket("127.0.0.1", server.port());
                slow.add(socket);
                socket.getOutputStream()
                        .write("POST /v1/namespaces HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n{"
                                .getBytes(UTF_8));
            }
            long begin = System.nanoTime();
            client.createNamespace("quick").expect(200);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void compressedBody() {
        client.http()
                .send(
                        "POST",
                        client.root() + "/namespaces",
                        gzip("{\"namespace\":[\"zipped\"]}"),
                        "Content-Encoding",
                        "gzip")
                .expect(200);
        client.http().head(client.namespace("zipped")).expect(204);
        ErrorModel.check(
                client.http()
                        .send(
                                "POST",
                                client.root() + "/namespaces",
                                gzip(namespace(50_000_000)),
                                "Content-Encoding",
                                "gzip"),
                413,
                "ContentTooLargeException");
    }

    @Test
    void compressedOtherwise() {
        byte[] body = "{\"namespace\":[\"other\"]}".getBytes(UTF_8);
        for (String encoding : new String[] {"gzip", "deflate", "br", "nonsense", "gzip, gzip"}) {
            ErrorModel.check(
                    client.http().send("POST", client.root() + "/namespaces", body, "Content-Encoding", encoding), 400);
        }
        client.http().head(client.namespace("other")).expect(404);
    }

    @Test
    void head() {
        client.http().get("/v1/config", "X-Padding", "a".repeat(HEAD - 1_000)).expect(200);
        ErrorModel.check(
                client.http().get("/v1/config", "X-Padding", "a".repeat(HEAD)), 431, "HeadersTooLargeException");
        ErrorModel.check(client.http().get("/v1/" + "a".repeat(HEAD)), 414, "UriTooLongException");
    }

    @Test
    void longestNamesFitIntoTheUsualLimit() {
        try (FirnServer usual = FirnServer.start(folder.resolve("usual"))) {
            CatalogClient other = usual.client();
            String name = "\u6c37".repeat(1_000);
            other.createNamespace(name).expect(200);
            other.createTable(name, name).expect(200);
            other.loadTable(name, name).expect(200);
        }
    }

    private static void post(String body, int status, String type) {
        Http http = client.http();
        ErrorModel.check(http.post(client.root() + "/namespaces", body), status, type);
    }

    /** A body of this length that is no valid namespace. */
    private static String namespace(int length) {
        String head = "{\"namespace\":[\"";
        String tail = "\"]}";
        return head + "a".repeat(length - head.length() - tail.length()) + tail;
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
