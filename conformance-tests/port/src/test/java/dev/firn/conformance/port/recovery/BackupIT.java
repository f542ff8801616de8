package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is the whole state as of one moment, taken while clients work. */
class BackupIT {
    private static final int TABLES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private FirnCommand firn(String... arguments) {
        return FirnCommand.run(folder, arguments);
    }

    @Test
    void whileClientsCommitAndAfterwards() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("live.backup");
        List<AtomicInteger> acknowledged = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            for (int i = 0; i < TABLES; i++) {
                server.client().createTable("n", "t" + i).expect(200);
                acknowledged.add(new AtomicInteger());
            }
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(TABLES);
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < TABLES; i++) {
                String table = "t" + i;
                AtomicInteger counter = acknowledged.get(i);
                work.add(threads.submit(() -> {
                    CatalogClient client = server.client();
                    while (!done.get()) {
                        int next = counter.get() + 1;
                        client.commit("n", table, Changes.set("count", String.valueOf(next)))
                                .expect(200);
                        counter.set(next);
                    }
                }));
            }
            while (acknowledged.stream().anyMatch(counter -> counter.get() < 10)) {
                assertThat(work).noneMatch(Future::isDone);
                LockSupport.parkNanos(1_000_000);
            }
            acknowledged.forEach(counter -> before.add(counter.get()));
            assertThat(firn("backup", file.toString(), "--data", data.toString())
                            .expectDone()
                            .out())
                    .contains(file.toString());
            done.set(true);
            for (Future<?> one : work) {
                one.get();
            }
            threads.shutdown();
            assertThat(firn("backup", file.toString(), "--data", data.toString())
                            .expectFailure())
                    .contains(file.toString(), "--force");
            assertThat(onlyTheStateAndItsLock(data)).isTrue();
        }

        check(file, data, before);
        // Without a server; it holds all that was acknowledged.
        firn("backup", file.toString(), "--force", "--data", data.toString()).expectDone();
        List<Integer> last =
                check(file, data, acknowledged.stream().map(AtomicInteger::get).toList());
        assertThat(last).isEqualTo(acknowledged.stream().map(AtomicInteger::get).toList());
        assertThat(firn("backup", folder.resolve("none").resolve("x").toString(), "--data", data.toString())
                        .expectFailure())
                .contains("none");
    }

    /** Its length, only one that is made could say. */
    @Test
    void headSaysWhatItWouldBe() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            Http http = server.client().http();
            Answer head = http.head("/api/v1/backup").expect(200);
            Answer get = http.get("/api/v1/backup").expect(200);
            assertThat(head.header("Content-Type")).isPresent().isEqualTo(get.header("Content-Type"));
            assertThat(head.header("Content-Length")).isEmpty();
            assertThat(head.text()).isEmpty();
            assertThat(get.header("Content-Length")).isPresent();
            assertThat(onlyTheStateAndItsLock(data)).isTrue();
        }
    }

    @Test
    void onlyFilesAreWrittenOver() throws Exception {
        Path data = folder.resolve("data");
        FirnServer.start(data).close();
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("gone"));
        for (Path refused : List.of(pipe, nowhere)) {
            assertThat(backup(refused, data, "--force").expectFailure()).contains(refused.toString() + " is a ");
        }
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(pipe).exists();
        assertThat(nowhere).isSymbolicLink();
        assertThat(backup(folder, data).expectFailure())
                .contains(folder + " is a folder")
                .doesNotContain("--force");
    }

    @Test
    void aFolderThatIsMissingIsNamed() throws Exception {
        Path data = folder.resolve("data");
        FirnServer.start(data).close();

        assertThat(backup(folder.resolve("away/state.backup"), data).expectFailure())
                .endsWith("there is no folder " + folder.resolve("away"));
    }

    /** The server would go on writing to a file that has no name any more. */
    @Test
    void theStateItselfIsNotWrittenOver() throws Exception {
        Path data = folder.resolve("data");
        Path link = Files.createSymbolicLink(folder.resolve("state"), data.resolve("firn.db"));
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            for (Path refused : List.of(data.resolve("firn.db"), data.resolve("firn.db-wal"), link)) {
                assertThat(backup(refused, data, "--force").expectFailure()).contains(refused + " is the state itself");
            }
            server.client().createTable("n", "t").expect(200);
        }
        backup(data.resolve("firn.db.backup"), data).expectDone();
    }

    @Test
    void aLinkStaysAndTheFileBehindItIsReplaced() throws Exception {
        Path data = folder.resolve("data");
        FirnServer.start(data).close();
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path file = Files.createFile(disk.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("disk", "file"));
        assertThat(backup(link, data).expectFailure()).contains("--force");
        backup(link, data, "--force").expectDone();
        assertThat(link).isSymbolicLink();
        assertThat(Files.size(file)).isPositive();
        try (var files = Files.list(disk)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** SQLite would put the pages of the log among those of the copy, and what came of it would be taken for a state. */
    @Test
    void copiedOverAStateWhoseLogIsLeft() throws Exception {
        Path data = folder.resolve("data");
        Path state = data.resolve("firn.db");
        Path log = data.resolve("firn.db-wal");
        Path file = folder.resolve("backup");
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            backup(file, data).expectDone();
            server.client().commit("n", "t", Changes.set("k", "later")).expect(200);
            server.process().kill();
        }
        Files.copy(file, state, StandardCopyOption.REPLACE_EXISTING);
        byte[] logLeft = Files.readAllBytes(log);
        assertThat(firn("doctor", "--data", data.toString()).out())
                .contains("is that of the state that was there before", "There are problems.");
        try (ServerProcess refused = FirnServer.launch(Ports.free(), data, Map.of())) {
            assertThat(refused.awaitExit(PATIENCE)).isEqualTo(1);
            assertThat(refused.stderr())
                    .startsWith("firn: cannot open the state in " + state)
                    .contains("move the files that end with -wal and -shm away");
        }
        assertThat(firn("dropped", "--data", data.toString()).expectFailure()).contains("-wal and -shm");
        assertThat(state).hasSameBinaryContentAs(file);
        assertThat(log).hasBinaryContent(logLeft);
        Files.delete(log);
        Files.deleteIfExists(data.resolve("firn.db-shm"));
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(server.client()
                            .loadTable("n", "t")
                            .expect(200)
                            .json()
                            .at("/metadata/properties")
                            .has("k"))
                    .isFalse();
            server.client().commit("n", "t", Changes.set("k", "again")).expect(200);
            assertThat(firn("doctor", "--data", data.toString()).out()).contains("Healthy.");
        }
    }

    private FirnCommand backup(Path file, Path data, String... options) {
        List<String> arguments = new ArrayList<>(List.of("backup", file.toString(), "--data", data.toString()));
        arguments.addAll(List.of(options));
        return firn(arguments.toArray(String[]::new));
    }

    /** A server over a copy of the backup and the same warehouse has at least these counts, and every table loads. */
    private List<Integer> check(Path file, Path data, List<Integer> least) throws Exception {
        Path other = Files.createDirectories(
                folder.resolve("other-" + Files.getLastModifiedTime(file).toMillis()));
        Files.copy(file, other.resolve("firn.db"));
        List<Integer> counts = new ArrayList<>();
        try (FirnServer server = FirnServer.start(
                other, Map.of("FIRN_WAREHOUSE", data.resolve("warehouse").toString()))) {
            for (int i = 0; i < TABLES; i++) {
                counts.add(server.client()
                        .loadTable("n", "t" + i)
                        .expect(200)
                        .json()
                        .at("/metadata/properties/count")
                        .asInt());
                assertThat(counts.get(i)).isGreaterThanOrEqualTo(least.get(i));
            }
        }
        return counts;
    }

    private static boolean onlyTheStateAndItsLock(Path data) throws Exception {
        try (var files = Files.list(data)) {
            return files.map(path -> path.getFileName().toString()).noneMatch(name -> name.contains("copy"));
        }
    }
}
