package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that was killed leaves a part of a file that nobody knows of but the next backup. */
class KilledBackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HALF = 10_000;

    @TempDir
    private Path folder;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer slow;
    private Path backups;

    /** A server that sends half of a backup, and the other half when it is told to. */
    @BeforeEach
    void start() throws Exception {
        FirnServer.start(folder.resolve("data")).close();
        backups = Files.createDirectory(folder.resolve("backups"));
        slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slow.setExecutor(threads);
        slow.createContext("/api/v1/backup", this::send);
        slow.start();
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        slow.stop(0);
        threads.shutdownNow();
    }

    private void send(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 2 * HALF);
            OutputStream body = exchange.getResponseBody();
            body.write(new byte[HALF]);
            body.flush();
            goOn.await();
            body.write(new byte[HALF]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatItLeftTheNextOneDeletes() throws Exception {
        List<Path> strangers = List.of(
                Files.writeString(backups.resolve(".firn-backup-of-mine.tmp"), "mine"),
                Files.writeString(backups.resolve(".a.tmp"), "of another program"));
        Path first = backups.resolve("monday");
        try (ServerProcess killed = backupFromTheSlowServer(first)) {
            awaitPart(strangers);
            killed.kill();
        }
        assertThat(files()).hasSize(strangers.size() + 1).doesNotContain(first);

        Path second = backups.resolve("tuesday");
        backupOfAState(second);

        assertThat(files()).hasSize(strangers.size() + 1).containsAll(strangers).contains(second);
    }

    @Test
    void whatOneIsAtWorkOnStays() throws Exception {
        Path first = backups.resolve("monday");
        Path second = backups.resolve("tuesday");
        try (ServerProcess running = backupFromTheSlowServer(first)) {
            Path part = awaitPart(List.of());
            backupOfAState(second);
            assertThat(files()).containsExactlyInAnyOrder(part, second);
            goOn.countDown();
            assertThat(running.awaitExit(PATIENCE)).as(running.log()).isZero();
        }
        assertThat(files()).containsExactlyInAnyOrder(first, second);
        assertThat(first).hasSize(2 * HALF);
    }

    private ServerProcess backupFromTheSlowServer(Path file) {
        return FirnServer.run(
                Map.of(),
                folder.resolve("slow"),
                "backup",
                file.toString(),
                "--uri",
                "http://127.0.0.1:" + slow.getAddress().getPort());
    }

    private void backupOfAState(Path file) {
        FirnCommand.run(
                        folder,
                        "backup",
                        file.toString(),
                        "--data",
                        folder.resolve("data").toString())
                .expectDone();
    }

    /** The file that has what came until now. */
    private Path awaitPart(List<Path> others) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (Path file : files()) {
                if (!others.contains(file) && Files.size(file) == HALF) {
                    return file;
                }
            }
            assertThat(System.nanoTime()).as("no part of a backup came").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(backups)) {
            return files.toList();
        }
    }
}
