package dev.firn.conformance.port.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.Views;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
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

    private static final int MANY_LARGE = 8;

    /** Less than so many large answers take. */
    private static final String OUTSIDE_THE_HEAP = "64m";

    @TempDir
    private Path folder;

    @Test
    void moreCommitsWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            JsonNode table = table(client, "t");
            Path metadata = path(table.get("metadata-location")).getParent();
            // Each has written its file when it begins to wait.
            List<UnreadAnswer> answers =
                    waiting(server, number -> commit(server, "t", "key" + number), metadata, 1, GONE);
            for (UnreadAnswer answer : answers) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            requireCommitted(client, IntStream.range(0, MANY).mapToObj(number -> "key" + number));
        }
    }

    @Test
    void moreCreatesWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            JsonNode table = table(client, "t");
            Path tables = path(table.at("/metadata/location")).getParent();
            JsonNode schema = table.at("/metadata/schemas/0");
            for (UnreadAnswer answer : waiting(server, number -> create(server, "t" + number, schema), tables, 1, 0)) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            client.loadTable("n", "t" + (MANY - 1)).expect(200);
        }
    }

    @Test
    void moreViewsWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            Path made = path(table(client, "t").at("/metadata/location")).getParent();
            Request create =
                    number -> UnreadAnswer.to(server.uri(), "/v1/namespaces/n/views", Views.create("n", "v" + number));
            for (UnreadAnswer answer : waiting(server, create, made, 1, 0)) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            client.http().get(client.view("n", "v" + (MANY - 1))).expect(200);
        }
    }

    /** These make no file that tells that they wait: the loads that are answered beside them do. */
    @Test
    void moreNamesWaitToChangeThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            table(client, "t");
            for (int number = 0; number < MANY; number += 4) {
                client.createNamespace("empty" + number).expect(200);
                client.createTable("n", "dropped" + number).expect(200);
                client.createTable("n", "old" + number).expect(200);
            }
            List<UnreadAnswer> answers = new ArrayList<>();
            LockedState.during(server, () -> {
                for (int number = 0; number < MANY; number += 4) {
                    answers.add(
                            UnreadAnswer.to(server.uri(), "/v1/namespaces", "{\"namespace\":[\"new" + number + "\"]}"));
                    answers.add(UnreadAnswer.toDelete(server.uri(), "/v1/namespaces/empty" + number));
                    answers.add(UnreadAnswer.toDelete(server.uri(), "/v1/namespaces/n/tables/dropped" + number));
                    answers.add(UnreadAnswer.to(
                            server.uri(),
                            "/v1/tables/rename",
                            CatalogClient.rename("n", "old" + number, "n", "renamed" + number)));
                }
                for (int time = 0; time < MANY; time++) {
                    client.loadTable("n", "t").expect(200);
                }
            });
            for (UnreadAnswer answer : answers) {
                assertThat(status(answer.read())).startsWith("20");
            }
            assertThat(CatalogClient.names(
                            client.http().get(client.namespace("n") + "/tables").expect(200)))
                    .hasSize(1 + MANY / 4)
                    .allMatch(name -> name.equals("t") || name.startsWith("renamed"));
        }
    }

    /** Nor does one that is to be done once hold a thread, or its repetitions, which wait for it. */
    @Test
    void moreCommitsWithKeysWaitThanThereAreThreads() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            Path metadata = path(table(client, "t").get("metadata-location")).getParent();
            List<UnreadAnswer> answers = waiting(
                    server, number -> commitOnce(server, key(number % MANY), "key" + number % MANY), metadata, 3, 0);
            List<String> first = new ArrayList<>();
            for (UnreadAnswer answer : answers) {
                String whole = answer.read();
                assertThat(whole).startsWith("HTTP/1.1 200");
                first.add(body(whole));
            }
            assertThat(first.subList(MANY, 2 * MANY)).isEqualTo(first.subList(0, MANY));
            assertThat(first.subList(2 * MANY, 3 * MANY)).isEqualTo(first.subList(0, MANY));
            requireCommitted(client, IntStream.range(0, MANY).mapToObj(number -> "key" + number));
        }
    }

    /** What is refused in the end is remembered, too. */
    @Test
    void oneOfManyCreatesWithKeysIsDone() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            JsonNode table = table(client, "t");
            Path tables = path(table.at("/metadata/location")).getParent();
            JsonNode schema = table.at("/metadata/schemas/0");
            Request create = number -> createOnce(server, key(number), "same", schema);
            List<String> first = new ArrayList<>();
            for (UnreadAnswer answer : waiting(server, create, tables, 1, 0)) {
                first.add(answer.read());
            }
            assertThat(first.stream().map(WaitingClientsIT::status))
                    .containsOnly("200", "409")
                    .containsOnlyOnce("200");
            for (int number = 0; number < MANY; number++) {
                String again = create.send(number).read();
                assertThat(status(again)).isEqualTo(status(first.get(number)));
                assertThat(body(again)).isEqualTo(body(first.get(number)));
            }
        }
    }

    private static void requireCommitted(CatalogClient client, Stream<String> keys) {
        JsonNode properties = client.loadTable("n", "t").expect(200).json().at("/metadata/properties");
        assertThat(keys).allMatch(properties::has);
    }

    private static UUID key(int number) {
        return new UUID(number, number);
    }

    private static String status(String answer) {
        return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** What an engine wrote is made durable before its commit, by a disk that does not answer just now. */
    @Test
    void moreCommitsWaitForTheFilesOfEnginesThanThereAreThreads() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            String location = table(client, "t").at("/metadata/location").asText() + "/metadata/one.stats";
            Files.writeString(Path.of(URI.create(location)), "statistics");
            power.faults().fail("sync", Faults.NO_ANSWER, ".stats");
            List<UnreadAnswer> answers = new ArrayList<>();
            for (int number = 1; number <= MANY; number++) {
                answers.add(UnreadAnswer.to(server.uri(), "/v1/namespaces/n/tables/t", statistics(number, location)));
            }
            for (int number = 0; number < MANY; number++) {
                client.loadTable("n", "t").expect(200);
            }
            client.commit("n", "t", Changes.set("k", "v")).expect(200);
            power.faults().none();
            for (UnreadAnswer answer : answers) {
                assertThat(answer.read()).startsWith("HTTP/1.1 200");
            }
            JsonNode metadata = client.loadTable("n", "t").expect(200).json().get("metadata");
            assertThat(metadata.get("statistics")).hasSize(MANY);
            assertThat(metadata.at("/properties/k").asText()).isEqualTo("v");
        }
    }

    private static String statistics(int snapshot, String location) {
        return Json.of(
                        "{'requirements':[],'updates':[{'action':'set-statistics','snapshot-id':%1$s,'statistics':{'snapshot-id':%1$s,"
                                + "'statistics-path':'%2$s','file-size-in-bytes':10,'file-footer-size-in-bytes':1,'blob-metadata':[]}}]}",
                        snapshot, location)
                .toString();
    }

    /** It is done although they are not told so, and neither they nor the log hear that it failed. */
    @Test
    void whoIsCutOffByAStopIsToldThatTheOutcomeIsNotKnown() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            Path metadata =
                    path(table(server.client(), "t").get("metadata-location")).getParent();
            CompletableFuture<Integer> stopped;
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("begin immediate");
                UnreadAnswer answer = commit(server, "t", "key");
                await(metadata, 2);
                stopped = CompletableFuture.supplyAsync(() -> server.process().terminate());
                assertThat(answer.read())
                        .startsWith("HTTP/1.1 500")
                        .contains("CommitStateUnknownException", "The server stops");
                statement.execute("rollback");
            }
            assertThat(stopped.join()).isIn(0, 143);
            assertThat(server.process().log()).contains("Cuts off").doesNotContain("\tat ", "Exception");
        }
        try (FirnServer server = FirnServer.start(data)) {
            requireCommitted(server.client(), Stream.of("key"));
        }
    }

    /** Sends a request by its number, and says nothing of its answer. */
    private interface Request {
        UnreadAnswer send(int number) throws IOException;
    }

    /**
     * Sends many requests while somebody else has locked the state, sees that a load is answered beside them, and lets the first ones go away.
     *
     * @param made where each of {@link #MANY} makes a file or a folder before it waits
     * @param times how often so many are sent, each time when those before wait
     * @return the answers of the others, which wait no more
     */
    private static List<UnreadAnswer> waiting(FirnServer server, Request request, Path made, int times, int gone)
            throws IOException, SQLException {
        List<UnreadAnswer> answers = new ArrayList<>();
        LockedState.during(server, () -> {
            for (int number = 0; number < times * MANY; number++) {
                answers.add(request.send(number));
                if (answers.size() == MANY) {
                    await(made, 1 + MANY);
                }
            }
            server.client().loadTable("n", "t").expect(200);
            for (UnreadAnswer answer : answers.subList(0, gone)) {
                answer.close();
            }
        });
        return answers.subList(gone, answers.size());
    }

    @Test
    void clientsWhoDoNotReadTheirAnswers() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            table(client, "large");
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
                JsonNode table = Json.parse(body(answer.read()));
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
            table(client, "large");
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

    /** A new table in a new namespace. */
    private static JsonNode table(CatalogClient client, String name) {
        client.createNamespace("n").expect(200);
        return client.createTable("n", name).expect(200).json();
    }

    private static Path path(JsonNode location) {
        return Path.of(URI.create(location.asText()));
    }

    private static UnreadAnswer create(FirnServer server, String name, JsonNode schema) throws IOException {
        return UnreadAnswer.to(server.uri(), "/v1/namespaces/n/tables", newTable(name, schema));
    }

    private static UnreadAnswer createOnce(FirnServer server, UUID key, String name, JsonNode schema)
            throws IOException {
        return UnreadAnswer.toOnce(server.uri(), "/v1/namespaces/n/tables", key, newTable(name, schema));
    }

    private static String newTable(String name, JsonNode schema) {
        return Json.value(Map.of("name", name, "schema", schema)).toString();
    }

    private static UnreadAnswer commitOnce(FirnServer server, UUID key, String property) throws IOException {
        return UnreadAnswer.toOnce(
                server.uri(),
                "/v1/namespaces/n/tables/t",
                key,
                Changes.set(property, "x").toString());
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
}
