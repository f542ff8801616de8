package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.NoAnswerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Metadata files whose transaction never came. The server is killed while the database is locked by somebody else: its requests have then written their files and
 * wait. The next start deletes just these, and nothing when it cannot be sure that they are these.
 */
class OrphansIT {
    private static final int IN_FLIGHT = 5;

    /** The change that makes the last of the tables. */
    private static final int BACK_MADE = 4;

    private static final List<String> STATE = List.of("firn.db", "firn.db-wal", "firn.db-shm", "firn.db.new-files");

    @TempDir
    private Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private static Path file(CatalogClient client, String table) {
        return Path.of(client.loadTable("n", table)
                .expect(200)
                .json()
                .get("metadata-location")
                .asText()
                .replaceFirst("^file:(//)?", ""));
    }

    private static void makeTables(CatalogClient client) {
        client.createNamespace("n").expect(200);
        for (String name : List.of("small", "large", "back")) {
            client.createTable("n", name).expect(200);
        }
        client.commit("n", "back", Changes.set("since", "then")).expect(200);
    }

    /** Kills the server when requests of every kind that writes a file have written it and wait. Returns what they have written. */
    private static Set<Path> killWhileTheyWait(FirnServer server) throws Exception {
        return killWhileTheyWait(server, BACK_MADE);
    }

    private static Set<Path> killWhileTheyWait(FirnServer server, long back) throws Exception {
        CatalogClient client = server.client();
        Set<Path> before = MetadataFilesOnDisk.all(server.data());
        List<Runnable> requests = List.of(
                () -> client.commit("n", "small", Changes.set("k", "v")),
                () -> client.commit("n", "large", Changes.set("k", "x".repeat(200_000))),
                () -> client.createTable("n", "new"),
                () -> client.createView("n", "view"),
                () -> client.http()
                        .post(
                                "/api/v1/catalogs/main/restore-table",
                                Json.of("{'namespace':['n'],'name':'back','at':'change:%d'}", back)));
        try (Connection other =
                DriverManager.getConnection("jdbc:sqlite:" + server.data().resolve("firn.db"))) {
            try (Statement statement = other.createStatement()) {
                statement.execute("begin immediate");
            }
            ExecutorService threads = Executors.newFixedThreadPool(requests.size());
            List<Future<?>> waiting = new ArrayList<>();
            requests.forEach(request -> waiting.add(threads.submit(() -> {
                try {
                    request.run();
                    throw new AssertionError("It was answered");
                } catch (NoAnswerException e) {
                    // The server has been killed.
                }
            })));
            while (since(before, server).size() < IN_FLIGHT) {
                assertThat(waiting).noneMatch(Future::isDone);
                LockSupport.parkNanos(1_000_000);
            }
            server.process().kill();
            for (Future<?> one : waiting) {
                one.get();
            }
            threads.shutdown();
        }
        Set<Path> written = since(before, server);
        assertThat(written).hasSize(IN_FLIGHT);
        return written;
    }

    /** Those before may be deleted meanwhile, as history ends. */
    private static Set<Path> since(Set<Path> before, FirnServer server) throws IOException {
        Set<Path> files = MetadataFilesOnDisk.all(server.data());
        files.removeAll(before);
        return files;
    }

    private static List<String> journal(Path data) throws IOException {
        return Files.readString(data.resolve("firn.db.new-files"))
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static void moveIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    void whatCameToNothingIsGone() throws Exception {
        Set<Path> written;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            written = killWhileTheyWait(server);
        }
        try (FirnServer server = FirnServer.start(data())) {
            assertThat(written).noneMatch(Files::exists);
            assertThat(MetadataFilesOnDisk.orphans(data())).isEmpty();
            assertThat(server.process().stderr()).contains("Deleted " + IN_FLIGHT + " metadata files");
            for (String table : List.of("small", "large", "back")) {
                Inventory.tableProperties(server.client(), "n", table);
            }
            assertThat(FirnCommand.run(folder, "doctor", "--data", data().toString())
                            .expectDone()
                            .out())
                    .doesNotContain("nothing points to this")
                    .doesNotContain("younger than a day");
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        assertThat(journal(data()))
                .as(
                        "after a clean stop: where it stands, how far and of which state it is, and which numbers are reserved")
                .hasSize(4);
    }

    private static long newest(CatalogClient client) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        String prefix = client.http()
                .get("/v1/config?warehouse=main@" + now)
                .expect(200)
                .json()
                .at("/overrides/prefix")
                .asText();
        return Long.parseLong(prefix.substring(prefix.lastIndexOf(':') + 1));
    }

    private static void commitUntilEnded(CatalogClient client, long change) {
        String then = "/v1/config?warehouse=main@change:" + change;
        for (int i = 0; client.http().get(then).expect(200, 404).status() == 200; i++) {
            client.commit("n", "busy", Changes.set("i", "" + i)).expect(200);
        }
    }

    /** The journal says of which state it is by a change, which may be of the history that has ended since. */
    @Test
    void whatCameToNothingIsGoneWhateverHistoryIsKept() throws Exception {
        Map<String, String> settings = Map.of("FIRN_PURGE_AFTER", "1s", "FIRN_KEEP_HISTORY", "3s");
        Set<Path> written;
        try (FirnServer server = FirnServer.start(data(), settings)) {
            CatalogClient client = server.client();
            makeTables(client);
            client.createTable("n", "busy").expect(200);
            // Twice: the journal has begun with a change of the first time.
            commitUntilEnded(client, newest(client));
            commitUntilEnded(client, newest(client));
            long back = newest(client);
            client.commit("n", "back", Changes.set("since", "now")).expect(200);
            written = killWhileTheyWait(server, back);
        }
        try (FirnServer server = FirnServer.start(data(), settings)) {
            assertThat(server.process().stderr())
                    .contains("Deleted " + IN_FLIGHT + " metadata files")
                    .doesNotContain("of another state");
            assertThat(written).noneMatch(Files::exists);
        }
    }

    /** A state that somebody puts in the place of the one that was there may be older: what it does not name may be what the other one needs. */
    @Test
    void nothingIsDeletedForAnOlderState() throws Exception {
        Path backup = folder.resolve("backup");
        Set<Path> written;
        Path acknowledged;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            FirnCommand.run(folder, "backup", backup.toString(), "--data", data().toString())
                    .expectDone();
            server.client().createTable("n", "late").expect(200);
            acknowledged = file(server.client(), "late");
            written = killWhileTheyWait(server);
        }
        Path aside = Files.createDirectory(folder.resolve("aside"));
        for (String name : STATE) {
            moveIfThere(data().resolve(name), aside.resolve(name));
        }
        Files.copy(backup, data().resolve("firn.db"));
        Files.copy(aside.resolve("firn.db.new-files"), data().resolve("firn.db.new-files"));
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "late").expect(404);
            assertThat(acknowledged).exists();
            assertThat(written).allMatch(Files::exists);
            assertThat(server.process().stderr())
                    .contains("it is an older copy of that one")
                    .doesNotContain("Deleted");
            server.process().terminate();
        }
        for (String name : STATE) {
            Files.deleteIfExists(data().resolve(name));
            moveIfThere(aside.resolve(name), data().resolve(name));
        }
        try (FirnServer server = FirnServer.start(data())) {
            assertThat(file(server.client(), "late")).isEqualTo(acknowledged).exists();
            assertThat(written).noneMatch(Files::exists);
        }
    }

    @Test
    void aCopyOfTheFolderDeletesNothingOfTheOriginal() throws Exception {
        Set<Path> written;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            written = killWhileTheyWait(server);
        }
        Path copy = folder.resolve("copy");
        copy(data(), copy);
        Map<String, String> allowed = Map.of("FIRN_ALLOW", data().toString());
        try (FirnServer server = FirnServer.start(copy, allowed)) {
            server.client().loadTable("n", "small").expect(200);
            assertThat(written).allMatch(Files::exists);
        }
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "small").expect(200);
            assertThat(written).noneMatch(Files::exists);
        }
    }

    /** What the state before a restore names is not named any more after it, and is needed when that state is restored in turn. */
    @Test
    void whatWasNamedBeforeARestoreStays() throws Exception {
        Path backup = folder.resolve("backup");
        String before;
        Path undone;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            FirnCommand.run(folder, "backup", backup.toString(), "--data", data().toString())
                    .expectDone();
            server.client().createTable("n", "undone").expect(200);
            undone = file(server.client(), "undone");
            String restored = FirnCommand.run(folder, "restore", backup.toString(), "--data", data().toString())
                    .expectDone()
                    .out()
                    .strip();
            before = restored.substring(restored.lastIndexOf(' ') + 1);
            killWhileTheyWait(server);
        }
        try (FirnServer server = FirnServer.start(data())) {
            assertThat(server.process().stderr()).contains("Deleted " + IN_FLIGHT + " metadata files");
            server.client().loadTable("n", "undone").expect(404);
            assertThat(undone).exists();
            FirnCommand.run(folder, "restore", before, "--data", data().toString())
                    .expectDone();
            assertThat(file(server.client(), "undone")).isEqualTo(undone).exists();
        }
    }

    /** A file that a client wrote, under a name as the server makes them, and that was about to be registered. */
    @Test
    void aFileOfAClientIsNeverDeleted() throws Exception {
        Path theirs;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            Path copied = file(server.client(), "back");
            theirs = copied.resolveSibling("00007-" + UUID.randomUUID() + ".metadata.json");
            Files.copy(copied, theirs);
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + data().resolve("firn.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("begin immediate");
                ExecutorService threads = Executors.newSingleThreadExecutor();
                Future<?> waiting = threads.submit(() -> server.client()
                        .http()
                        .post(
                                server.client().namespace("n") + "/register",
                                Json.value(Map.of("name", "theirs", "metadata-location", theirs.toString()))));
                killWhileItWaits(server, waiting);
                threads.shutdown();
            }
        }
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "theirs").expect(404);
            assertThat(theirs).exists();
        }
    }

    private static void killWhileItWaits(FirnServer server, Future<?> waiting) {
        for (int read = 0; read < 50; read++) {
            assertThat(waiting.isDone()).isFalse();
            server.client().loadTable("n", "small").expect(200);
        }
        server.process().kill();
    }

    /** The last line may be torn, and after a power cut anything may stand at the end. */
    @Test
    void aLineThatIsNotWholeDeletesNothing() throws Exception {
        Set<Path> written;
        Path needed;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            needed = file(server.client(), "small");
            written = killWhileTheyWait(server);
        }
        Path decoy = Files.copy(needed, needed.resolveSibling("00009-" + UUID.randomUUID() + ".metadata.json"));
        String line = journal(data()).stream()
                .filter(noted -> noted.contains(" file "))
                .findFirst()
                .orElseThrow();
        Files.writeString(
                data().resolve("firn.db.new-files"),
                "\n00000000 file 1 file://" + decoy + "\n" + line.substring(0, 40),
                StandardOpenOption.APPEND);
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "small").expect(200);
            assertThat(decoy).exists();
            assertThat(needed).exists();
            assertThat(written).noneMatch(Files::exists);
        }
    }

    /** A file that cannot be deleted now is deleted at a later start. */
    @Test
    void whatCannotBeDeletedIsTriedAgain() throws Exception {
        Set<Path> written;
        try (FirnServer server = FirnServer.start(data())) {
            makeTables(server.client());
            written = killWhileTheyWait(server);
        }
        Path stuck = written.iterator().next();
        Path aside = stuck.resolveSibling("aside");
        Files.move(stuck, aside);
        // No file can be deleted by this name while it is a folder with something in it.
        Files.createDirectories(stuck.resolve("something"));
        for (int start = 0; start < 2; start++) {
            try (FirnServer server = FirnServer.start(data())) {
                server.client().loadTable("n", "small").expect(200);
                assertThat(journal(data())).hasSize(5);
                server.process().terminate();
            }
            assertThat(journal(data())).hasSize(5);
        }
        Files.delete(stuck.resolve("something"));
        Files.delete(stuck);
        Files.move(aside, stuck, StandardCopyOption.ATOMIC_MOVE);
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "small").expect(200);
            assertThat(stuck).doesNotExist();
            assertThat(journal(data())).hasSize(4);
        }
    }
}
