package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are not what the server wrote. Reads of what is whole go on; nothing is answered with a wrong state, and no failure is told as a client's mistake. */
class CorruptFilesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How far the ledger had come when a line of the journal of new files was written. */
    private static final Pattern NOTED = Pattern.compile("(?:reached|mark) (\\d+)");

    /** Behind the head of the log and that of its first page. */
    private static final long FIRST_PAGE_OF_THE_LOG = 32 + 24;

    @Test
    void metadataFileCutShort() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        Path file = metadataFileOfStoppedServer(data);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(cut.length() / 2);
        }
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            Answer load = client.loadTable("n", "t").expect(500);
            assertThat(load.json().at("/error/message").asText())
                    .contains(file.getFileName().toString());
            unavailable(client.commit("n", "t", Changes.set("k", "2")));
            unavailable(client.transact(List.of(Changes.set("n", "u", "k", "2"), Changes.set("n", "t", "k", "2"))));
            client.commit("n", "u", Changes.set("k", "3")).expect(200);
            client.http().delete(client.table("n", "t")).expect(204);
            client.loadTable("n", "t").expect(404);
        }
    }

    /** Whoever opens a pipe waits for somebody to write into it: a request would never be answered, and a stop never end. */
    @Test
    @Timeout(60)
    void pipeInThePlaceOfAMetadataFile() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        Path file = metadataFileOfStoppedServer(data);
        Path aside = Files.move(file, file.resolveSibling("aside"));
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            Answer load = client.loadTable("n", "t").expect(500);
            assertThat(load.json().at("/error/message").asText())
                    .contains(file.getFileName().toString(), "It is a pipe");
            unavailable(client.commit("n", "t", Changes.set("k", "2")));
            client.commit("n", "u", Changes.set("k", "3")).expect(200);
            assertThat(doctor(data)).contains("table n.t", "It is a pipe", "There are problems.");
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
            client.commit("n", "t", Changes.set("k", "2")).expect(200);
            assertThat(doctor(data)).contains("Healthy.");
            assertThat(server.process().terminate()).isIn(0, 143);
        }
    }

    /** Ended in order: what is kept of files until they are synced would mend it. */
    private static Path metadataFileOfStoppedServer(Path data) throws Exception {
        try (FirnServer server = FirnServer.start(data)) {
            prepare(server.client());
            Path file = metadataFile(server.client(), "t");
            assertThat(server.process().terminate()).isIn(0, 143);
            return file;
        }
    }

    private static String doctor(Path data) {
        return FirnCommand.run(data.getParent(), "doctor", "--data", data.toString())
                .out();
    }

    private static Path metadataFile(CatalogClient client, String table) {
        return Path.of(client.loadTable("n", table)
                .json()
                .get("metadata-location")
                .asText()
                .replaceFirst("^file:(//)?", ""));
    }

    /** SQLite leaves out all that stands behind the damage, and says nothing: what was acknowledged must not be missing in silence. */
    @Test
    void byteOfTheLog() throws Exception {
        Path data = logThatHasAll();
        try (RandomAccessFile log = log(data)) {
            damage(log, log.length() / 2);
        }
        assertThat(doctor(data)).contains("the changes between are not in the state", "There are problems.");
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(server.process().stderr()).contains("The changes between are not in it");
            long told = newest(server.client());
            assertThat(Files.readString(data.resolve("firn.db.new-files")))
                    .as("known by what only this state has")
                    .contains("reached " + told, "mark " + told + " ")
                    .doesNotContain("reached 24");
            server.client().loadTable("n", "t").expect(200);
            server.client().commit("n", "t", Changes.set("k", "later")).expect(200);
            assertThat(doctor(data)).contains("Healthy.");
            // No number means two things: who had been told until 24 learns that some of it is undone.
            List<JsonNode> since = new ArrayList<>();
            changes(server.client(), 24).forEach(since::add);
            assertThat(since)
                    .extracting(change -> change.get("change").asLong())
                    .containsExactly(told, told + 1);
            assertThat(since.get(0).get("operation").asText()).isEqualTo("restore-catalog");
            assertThat(since.get(0).at("/detail/undone-until").asLong()).isEqualTo(told - 1);
            assertThat(since.get(0).at("/detail/kept-until").asLong()).isBetween(1L, 23L);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(server.process().stderr())
                    .as("of both starts")
                    .containsOnlyOnce("The changes between are not in it");
            assertThat(changes(server.client(), 24)).hasSize(2);
        }
    }

    /** A command that does the work of the server itself begins the journal anew as a start does, so that what comes after it cannot tell the loss. */
    @Test
    void byteOfTheLogBeforeACommand() throws Exception {
        Path data = logThatHasAll();
        try (RandomAccessFile log = log(data)) {
            damage(log, log.length() / 2);
        }
        FirnCommand dropped = FirnCommand.run(data.getParent(), "dropped", "--data", data.toString());
        assertThat(dropped.exitCode()).isZero();
        assertThat(dropped.err())
                .startsWith("firn: The state ends with change ")
                .contains("had come to change 24", "The changes between are not in it");
        assertThat(FirnCommand.run(data.getParent(), "dropped", "--data", data.toString())
                        .expectDone()
                        .err())
                .isEmpty();
    }

    /** Nothing is left then, and it looks as if nothing had ever been here. */
    @Test
    void firstByteOfTheLog() throws Exception {
        Path data = logThatHasAll();
        try (RandomAccessFile log = log(data)) {
            damage(log, FIRST_PAGE_OF_THE_LOG);
        }
        assertThat(doctor(data))
                .contains("ends with change 0, and the one that was here had come to change 24", "There are problems.");
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(server.process().stderr())
                    .contains(
                            "The state ends with change 0, and the one that was here had come to change 24",
                            "The changes between are not in it");
            assertThat(newest(server.client())).isGreaterThan(24);
            prepare(server.client());
        }
    }

    /** A state that was killed when nothing had been taken over from its log yet, 24 changes long. */
    private static Path logThatHasAll() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            prepare(server.client());
            for (int i = 0; i < 20; i++) {
                server.client().commit("n", "t", Changes.set("k", "v" + i)).expect(200);
            }
            awaitNoted(data, newest(server.client()));
            server.process().kill();
        }
        assertThat(doctor(data))
                .contains("the ledger has come as far as it had")
                .contains("Healthy.");
        return data;
    }

    private static RandomAccessFile log(Path data) throws IOException {
        return new RandomAccessFile(data.resolve("firn.db-wal").toFile(), "rw");
    }

    private static void damage(RandomAccessFile log, long position) throws IOException {
        log.seek(position);
        int was = log.read();
        log.seek(position);
        log.write(was ^ 1);
    }

    private static JsonNode changes(CatalogClient client, long after) {
        return client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                .expect(200)
                .json()
                .get("changes");
    }

    private static long newest(CatalogClient client) {
        JsonNode changes = changes(client, 0);
        return changes.get(changes.size() - 1).get("change").asLong();
    }

    /** Waits until it stands beside the state that its ledger has come to this change: that is noted once in a second. */
    private static void awaitNoted(Path data, long change) throws IOException {
        long begin = System.nanoTime();
        boolean noted;
        do {
            String journal = Files.readString(data.resolve("firn.db.new-files"));
            noted = NOTED.matcher(journal).results().anyMatch(found -> Long.parseLong(found.group(1)) >= change);
            assertThat(System.nanoTime() - begin).as(journal).isLessThan(PATIENCE.toNanos());
            LockSupport.parkNanos(5_000_000);
        } while (!noted);
    }

    /** The pages of the ledger are overwritten between two runs: the next start is refused with one clear line. */
    @Test
    void pageOfTheLedger() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            prepare(server.client());
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        overwrite(data.resolve("firn.db"), page(data.resolve("firn.db"), "change"));
        ServerProcess started = FirnServer.launch(Ports.free(), data, Map.of());
        assertThat(started.awaitExit(PATIENCE)).isNotZero();
        assertThat(started.stderr()).contains("firn: ", "firn.db", "malformed").doesNotContain("\tat ");
    }

    @Test
    void pageOfTheTables() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            prepare(server.client());
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        overwrite(data.resolve("firn.db"), page(data.resolve("firn.db"), "entry_now"));
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            unavailable(client.loadTable("n", "t"));
            unavailable(client.commit("n", "t", Changes.set("k", "2")));
            unavailable(client.createTable("n", "v"));
            client.http().get(client.namespace("n")).expect(200);
            client.createNamespace("m").expect(200);
        }
    }

    /** The names in one page cannot be changed any more. All others can, by clients whose changes are written together with those. */
    @Test
    void pageOfSomeTablesWhileTheServerRuns() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            for (int number = 0; number < 400; number++) {
                client.createTable("n", "t%03d".formatted(number)).expect(200);
            }
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        Leaf leaf = leafWith(data.resolve("firn.db"), "t150", "t010", "t020");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            // Known already, so that the writer is the first that comes to the damaged page.
            List<String> damaged = leaf.names().subList(0, 16);
            damaged.forEach(name -> client.loadTable("n", name).expect(200));
            overwrite(data.resolve("firn.db"), leaf.position());
            List<Future<Answer>> touching = new ArrayList<>();
            List<Future<Answer>> others = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(8);
            for (String name : damaged) {
                touching.add(threads.submit(() -> client.commit("n", name, Changes.set("k", "2"))));
                others.add(threads.submit(() -> client.commit("n", "t010", Changes.set("k-" + name, "2"))));
                others.add(threads.submit(() -> client.commit("n", "t020", Changes.set("k-" + name, "2"))));
            }
            threads.shutdown();
            for (Future<Answer> one : touching) {
                unavailable(one.get());
            }
            for (Future<Answer> one : others) {
                one.get().expect(200);
            }
            JsonNode properties =
                    client.loadTable("n", "t020").expect(200).json().at("/metadata/properties");
            assertThat(damaged).allMatch(name -> properties.has("k-" + name));
            client.createNamespace("m").expect(200);
            client.createTable("m", "t").expect(200);
        }
    }

    @Test
    void notADatabase() throws Exception {
        Path data = Files.createDirectories(PowerCuts.folder().resolve("data"));
        Files.writeString(data.resolve("firn.db"), "This is a text that somebody has put here. ".repeat(200));
        ServerProcess started = FirnServer.launch(Ports.free(), data, Map.of());
        assertThat(started.awaitExit(PATIENCE)).isNotZero();
        assertThat(started.stderr())
                .contains("firn: ", "firn.db", "not a database")
                .doesNotContain("\tat ");
    }

    private static void prepare(CatalogClient client) {
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        client.createTable("n", "u").expect(200);
        client.commit("n", "t", Changes.set("k", "1")).expect(200);
    }

    private static void unavailable(Answer answer) {
        JsonNode error = answer.expect(503).json().get("error");
        assertThat(error.get("type").asText()).isEqualTo("ServiceUnavailableException");
    }

    /** Where the root page of a table or index is. */
    private static long page(Path database, String name) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select (rootpage - 1) * (select page_size from pragma_page_size) from sqlite_schema where name = '"
                                + name + "'")) {
            return row.getLong(1);
        }
    }

    /** A page at the bottom of the index of present names, and the names in it. */
    private record Leaf(long position, List<String> names) {}

    private static Leaf leafWith(Path database, String wanted, String... absent) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                RandomAccessFile file = new RandomAccessFile(database.toFile(), "r")) {
            ResultSet leaves = statement.executeQuery(
                    "select pageno, pgsize from dbstat where name = 'entry_now' and pagetype = 'leaf'");
            while (leaves.next()) {
                byte[] page = new byte[leaves.getInt(2)];
                long position = (leaves.getLong(1) - 1) * page.length;
                file.seek(position);
                file.readFully(page);
                List<String> names = namesIn(page);
                if (names.contains(wanted)) {
                    assertThat(names).hasSizeGreaterThan(20).doesNotContain(absent);
                    return new Leaf(position, names);
                }
            }
        }
        throw new AssertionError("No page of the index has " + wanted);
    }

    /** Only in its cells: what was there before is still in the page, but does not count. */
    private static List<String> namesIn(byte[] page) {
        ByteBuffer cells = ByteBuffer.wrap(page);
        List<String> names = new ArrayList<>();
        for (int cell = 0; cell < cells.getShort(3); cell++) {
            int start = Short.toUnsignedInt(cells.getShort(8 + 2 * cell));
            String text = new String(page, start, Math.min(40, page.length - start), StandardCharsets.ISO_8859_1);
            Matcher name = Pattern.compile("t\\d{3}").matcher(text);
            if (name.find()) {
                names.add(name.group());
            }
        }
        return names;
    }

    private static void overwrite(Path database, long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.seek(position);
            file.write("damaged ".repeat(512).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
