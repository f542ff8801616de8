package dev.firn.conformance.port.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose commits wait for the disk, or who let the server wait, hold up nobody else. */
class WaitingClientsIT {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** More than the server has threads. */
    private static final int MANY = 400;

    /** Of these, so many have gone when the answer comes. */
    private static final int GONE = 10;

    /** More than the operating system takes for a client who does not read, in bytes. */
    private static final int LARGE = 12_000_000;

    private static final int SLOW = 4;

    private static final int MANY_LARGE = 16;

    /** Less than so many large answers take. */
    private static final String OUTSIDE_THE_HEAP = "64m";

    @TempDir
    private Path folder;

    @Test
    void moreCommitsWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"));
                Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.data().resolve("firn.db"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            JsonNode created = client.createTable("n", "t").expect(200).json();
            Path metadata = Path.of(URI.create(created.get("metadata-location").asText()))
                    .getParent();
            execute(other, "begin immediate");
            List<UnreadAnswer> waiting = new ArrayList<>();
            for (int number = 0; number < MANY; number++) {
                waiting.add(commit(server, "t", "key" + number));
            }
            // Each has written its file when it begins to wait.
            await(metadata, 1 + MANY);
            client.loadTable("n", "t").expect(200);
            for (UnreadAnswer gone : waiting.subList(0, GONE)) {
                gone.close();
            }
            execute(other, "rollback");
            for (UnreadAnswer answer : waiting.subList(GONE, MANY)) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            JsonNode properties = client.loadTable("n", "t").expect(200).json().at("/metadata/properties");
            for (int number = 0; number < MANY; number++) {
                assertThat(properties.has("key" + number)).isTrue();
            }
        }
    }

    @Test
    void moreCreatesWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"));
                Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.data().resolve("firn.db"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            JsonNode created = client.createTable("n", "t").expect(200).json();
            Path tables = Path.of(URI.create(created.at("/metadata/location").asText()))
                    .getParent();
            execute(other, "begin immediate");
            List<UnreadAnswer> waiting = new ArrayList<>();
            for (int number = 0; number < MANY; number++) {
                waiting.add(UnreadAnswer.to(
                        server.uri(),
                        "/v1/namespaces/n/tables",
                        Json.value(Map.of("name", "t" + number, "schema", created.at("/metadata/schemas/0")))
                                .toString()));
            }
            await(tables, 1 + MANY);
            client.loadTable("n", "t").expect(200);
            execute(other, "rollback");
            for (UnreadAnswer answer : waiting) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            client.loadTable("n", "t" + (MANY - 1)).expect(200);
        }
    }

    @Test
    void clientsWhoDoNotReadTheirAnswers() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "large").expect(200);
            client.commit("n", "large", Changes.set("text", "x".repeat(LARGE))).expect(200);
            client.createTable("n", "t").expect(200);
            List<UnreadAnswer> slow = new ArrayList<>();
            for (int number = 0; number < SLOW; number++) {
                UnreadAnswer answer = commit(server, "large", "key" + number);
                // It has begun, so its commit is durable.
                answer.awaitFirst();
                slow.add(answer);
            }
            for (int number = 0; number < 20; number++) {
                client.commit("n", "t", Changes.set("key", "value" + number)).expect(200);
            }
            for (UnreadAnswer answer : slow) {
                String whole = answer.read();
                JsonNode table = Json.parse(whole.substring(whole.indexOf("\r\n\r\n") + 4));
                assertThat(table.at("/metadata/properties/text").asText()).hasSize(LARGE);
            }
        }
    }

    /** Whichever threads send the pieces of a large answer, none of them keeps memory outside of the heap for all of it. */
    @Test
    void manyLargeAnswersAreReadPieceByPiece() throws Exception {
        try (FirnServer server = FirnServer.start(
                folder.resolve("data"), Map.of("JAVA_TOOL_OPTIONS", "-XX:MaxDirectMemorySize=" + OUTSIDE_THE_HEAP))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "large").expect(200);
            client.commit("n", "large", Changes.set("text", "x".repeat(LARGE))).expect(200);
            Map<UnreadAnswer, Long> lengths = new LinkedHashMap<>();
            for (int number = 0; number < MANY_LARGE; number++) {
                UnreadAnswer answer = commit(server, "large", "key" + number);
                answer.awaitFirst();
                lengths.put(answer, 0L);
            }
            List<UnreadAnswer> unread = new ArrayList<>(lengths.keySet());
            while (!unread.isEmpty()) {
                for (UnreadAnswer answer : List.copyOf(unread)) {
                    int length = answer.readSome();
                    if (length < 0) {
                        unread.remove(answer);
                        answer.close();
                    } else {
                        lengths.merge(answer, (long) length, Long::sum);
                    }
                }
            }
            assertThat(lengths.values()).allMatch(length -> length > LARGE);
        }
    }

    private static UnreadAnswer commit(FirnServer server, String table, String key) throws IOException {
        return UnreadAnswer.to(
                server.uri(),
                "/v1/namespaces/n/tables/" + table,
                Changes.set(key, "x").toString());
    }

    private static void await(Path folder, int files) throws IOException {
        long begin = System.nanoTime();
        long found;
        do {
            try (Stream<Path> all = Files.list(folder)) {
                found = all.count();
            }
            assertThat(System.nanoTime() - begin)
                    .as("%s of %s files", found, files)
                    .isLessThan(LONGEST.toNanos());
            LockSupport.parkNanos(5_000_000);
        } while (found < files);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
