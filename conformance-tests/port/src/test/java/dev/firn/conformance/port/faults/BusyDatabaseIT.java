package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Somebody else has locked the database for writing, as a person does with sqlite3, or a backup tool. */
class BusyDatabaseIT {
    private static final int CLIENTS = 8;

    /** Longer than the server waits for the lock. */
    @Test
    void lockedForLong() throws Exception {
        try (FirnServer server = FirnServer.start(PowerCuts.folder().resolve("data"));
                Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.data().resolve("firn.db"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            execute(other, "begin immediate");
            List<Future<Answer>> waiting = commit(client, "held");
            while (waiting.stream().anyMatch(one -> !one.isDone())) {
                client.loadTable("n", "t").expect(200);
            }
            for (Future<Answer> one : waiting) {
                assertThat(one.get().expect(503).json().at("/error/type").asText())
                        .isEqualTo("ServiceUnavailableException");
            }
            waiting = commit(client, "waited");
            client.loadTable("n", "t").expect(200);
            execute(other, "rollback");
            for (Future<Answer> one : waiting) {
                one.get().expect(200);
            }
            for (Future<Answer> one : commit(client, "free")) {
                one.get().expect(200);
            }
            server.process().kill();
            try (FirnServer again = FirnServer.start(server.data())) {
                JsonNode properties =
                        again.client().loadTable("n", "t").expect(200).json().at("/metadata/properties");
                for (int number = 0; number < CLIENTS; number++) {
                    assertThat(properties.has("held" + number)).isFalse();
                    assertThat(properties.has("waited" + number)).isTrue();
                    assertThat(properties.has("free" + number)).isTrue();
                }
            }
        }
    }

    /** Whoever registers the newest file of a table's folder may find one whose commit comes to nothing, and takes it away then. */
    @Test
    void theFileOfACommitThatWaitsIsNotRegistered() throws Exception {
        try (FirnServer server = FirnServer.start(PowerCuts.folder().resolve("data"));
                Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.data().resolve("firn.db"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            Path first = Path.of(URI.create(client.createTable("n", "t")
                    .expect(200)
                    .json()
                    .get("metadata-location")
                    .asText()));
            execute(other, "begin immediate");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<Answer> waiting = thread.submit(() -> client.commit("n", "t", Changes.set("k", "v")));
            thread.shutdown();
            Path second = awaitAnother(first);
            for (String location : List.of("file://" + second, "file:" + second, second.toString())) {
                register(client, location).expect(503);
            }
            waiting.get().expect(503);
            execute(other, "rollback");
            register(client, "file://" + second).expect(400);
            // One that is named may be, though it was written a moment ago.
            client.http().delete(client.table("n", "t")).expect(204);
            register(client, "file://" + first).expect(200);
            client.loadTable("n", "registered").expect(200);
        }
    }

    private static Answer register(CatalogClient client, String location) {
        return client.http()
                .post(
                        client.namespace("n") + "/register",
                        Json.value(Map.of("name", "registered", "metadata-location", location)));
    }

    private static Path awaitAnother(Path file) throws IOException {
        while (true) {
            try (Stream<Path> files = Files.list(file.getParent())) {
                Optional<Path> other =
                        files.filter(found -> !found.equals(file)).findFirst();
                if (other.isPresent()) {
                    return other.get();
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static List<Future<Answer>> commit(CatalogClient client, String key) {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<Answer>> work = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            String own = key + number;
            work.add(threads.submit(() -> client.commit("n", "t", Changes.set(own, "x"))));
        }
        threads.shutdown();
        return work;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
