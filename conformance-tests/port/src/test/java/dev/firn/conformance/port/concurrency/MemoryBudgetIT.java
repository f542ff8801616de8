package dev.firn.conformance.port.concurrency;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More requests wait than fit into the memory of the server: it refuses those that do not fit, which change nothing, and serves the others and all who read. */
class MemoryBudgetIT {
    /** It has the last word of all options of the command line. */
    private static final Map<String, String> SMALL = Map.of("_JAVA_OPTIONS", "-Xmx150m");

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MANY = 40;

    /** So many of it do not fit, whatever is made of them. */
    private static final int LARGE = 500_000;

    /** As a body more than the whole budget. */
    private static final int TOO_LARGE = 6_000_000;

    private static final int TEXT = 2_000_000;

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;
    private JsonNode schema;
    private Path tables;

    @BeforeEach
    void start() {
        server = FirnServer.start(folder.resolve("data"), SMALL);
        client = server.client();
        client.createNamespace("n").expect(200);
        JsonNode table = client.createTable("n", "t").expect(200).json();
        schema = table.at("/metadata/schemas/0");
        tables = path(table.at("/metadata/location")).getParent();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bodiesHoweverTheyCome() throws Exception {
        int first = fitting("plain", MemoryBudgetIT::plain);
        assertThat(first).isBetween(3, MANY / 2);
        // Short as they come, and large all the same.
        assertThat(fitting("compressed", MemoryBudgetIT::compressed)).isBetween(3, MANY / 2);
        assertThat(fitting("chunked", MemoryBudgetIT::chunked)).isBetween(3, MANY / 2);
        assertThat(fitting("again", MemoryBudgetIT::plain)).isEqualTo(first);
    }

    /** What is announced and does not come takes nothing. */
    @Test
    void bodiesThatDoNotCome() throws Exception {
        List<UnreadAnswer> slow = new ArrayList<>();
        try {
            for (int number = 0; number < MANY; number++) {
                slow.add(UnreadAnswer.toPost(
                        server.uri(), "/v1/namespaces", "Content-Length: " + LARGE + "\r\n", "{".getBytes(US_ASCII)));
            }
            assertThat(fitting("beside", MemoryBudgetIT::plain)).isBetween(3, MANY / 2);
        } finally {
            for (UnreadAnswer one : slow) {
                one.close();
            }
        }
    }

    /** It is served if no other is so large, also beside others. */
    @Test
    void oneThatIsTooLargeForTheRoom() throws Exception {
        for (int time = 0; time < 3; time++) {
            client.commit("n", "t", Changes.set("large", "x".repeat(TOO_LARGE + time)))
                    .expect(200);
        }
        client.commit("n", "t", Changes.set("large", "")).expect(200);
        assertThat(fitting("afterwards", MemoryBudgetIT::plain)).isBetween(3, MANY / 2);
    }

    /** Their bodies are small, what is made of them is not. */
    @Test
    void commitsToALargeTable() throws Exception {
        client.commit("n", "t", Changes.set("text", "x".repeat(TEXT))).expect(200);
        Path files = path(client.loadTable("n", "t").expect(200).json().get("metadata-location"))
                .getParent();
        List<Boolean> done = whileLocked(
                files,
                number -> UnreadAnswer.to(
                        server.uri(),
                        "/v1/namespaces/n/tables/t",
                        Changes.set("key" + number, "x").toString()));
        assertThat(done).contains(true, false);
        JsonNode properties = client.loadTable("n", "t").expect(200).json().at("/metadata/properties");
        for (int number = 0; number < MANY; number++) {
            assertThat(properties.has("key" + number)).isEqualTo(done.get(number));
        }
        client.commit("n", "t", Changes.set("afterwards", "x")).expect(200);
    }

    /** Sends a body in some way. */
    private interface Way {
        UnreadAnswer send(URI server, String path, byte[] body) throws IOException;
    }

    private static UnreadAnswer plain(URI server, String path, byte[] body) throws IOException {
        return UnreadAnswer.toPost(server, path, "Content-Length: " + body.length + "\r\n", body);
    }

    private static UnreadAnswer compressed(URI server, String path, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(body);
        }
        String header = "Content-Encoding: gzip\r\nContent-Length: " + bytes.size() + "\r\n";
        return UnreadAnswer.toPost(server, path, header, bytes.toByteArray());
    }

    private static UnreadAnswer chunked(URI server, String path, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write((Integer.toHexString(body.length) + "\r\n").getBytes(US_ASCII));
        bytes.write(body);
        bytes.write("\r\n0\r\n\r\n".getBytes(US_ASCII));
        return UnreadAnswer.toPost(server, path, "Transfer-Encoding: chunked\r\n", bytes.toByteArray());
    }

    /** Sends a request by its number. */
    private interface Request {
        UnreadAnswer send(int number) throws IOException;
    }

    /**
     * Sends many requests while somebody else has locked the state, sees that a load is answered beside them, and tells which of them were done then.
     *
     * @param made where each makes a file or a folder before it waits
     */
    private List<Boolean> whileLocked(Path made, Request request) throws Exception {
        int before = count(made);
        List<UnreadAnswer> answers = new ArrayList<>();
        LockedState.during(server, () -> {
            for (int number = 0; number < MANY; number++) {
                answers.add(request.send(number));
                await(answers, made, before);
            }
            client.loadTable("n", "t").expect(200);
        });
        List<Boolean> done = new ArrayList<>();
        for (UnreadAnswer answer : answers) {
            done.add(isDone(answer.read()));
        }
        return done;
    }

    /** Has many large tables made meanwhile, and gives how many of them fitted into the budget; they are there afterwards, the others are not. */
    private int fitting(String name, Way way) throws Exception {
        List<Boolean> done =
                whileLocked(tables, number -> way.send(server.uri(), "/v1/namespaces/n/tables", create(name + number)));
        for (int number = 0; number < MANY; number++) {
            client.http().head(client.table("n", name + number)).expect(done.get(number) ? 204 : 404);
        }
        return Collections.frequency(done, true);
    }

    private byte[] create(String name) {
        return Json.value(Map.of("name", name, "schema", schema, "properties", Map.of("text", "x".repeat(LARGE))))
                .toString()
                .getBytes(UTF_8);
    }

    /** Done, or refused as the specification has it. */
    private static boolean isDone(String answer) {
        if (answer.startsWith("HTTP/1.1 200")) {
            return true;
        }
        assertThat(answer).startsWith("HTTP/1.1 503").contains("ServiceUnavailableException");
        assertThat(answer).containsPattern("(?i)\r\nRetry-After: [2-6]\r\n");
        return false;
    }

    /** Until each is answered, which is a refusal as long as nothing can be written, or waits, for which it has made a file or a folder. */
    private static void await(List<UnreadAnswer> answers, Path made, int before) throws IOException {
        long begin = System.nanoTime();
        int refused;
        int waiting;
        do {
            refused = 0;
            for (UnreadAnswer answer : answers) {
                refused += answer.hasCome() ? 1 : 0;
            }
            waiting = count(made) - before;
            assertThat(System.nanoTime() - begin)
                    .as("%s refused and %s waiting of %s", refused, waiting, answers.size())
                    .isLessThan(LONGEST.toNanos());
            LockSupport.parkNanos(1_000_000);
        } while (refused + waiting < answers.size());
    }

    private static int count(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return (int) all.count();
        }
    }

    private static Path path(JsonNode location) {
        return Path.of(URI.create(location.asText()));
    }
}
