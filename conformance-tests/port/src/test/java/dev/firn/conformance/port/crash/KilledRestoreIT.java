package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.NoAnswerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 while a backup is restored or made, and clients commit: the state is the old one or the restored one, whole. */
class KilledRestoreIT {
    private static final int TABLES = 12;
    private static final int ROUNDS = Math.max(1, Integer.getInteger("firn.kills", 10) / 3);

    @TempDir
    private Path folder;

    private final Random random = new Random();
    private final List<AtomicInteger> acknowledged = new ArrayList<>();
    private final List<AtomicInteger> sent = new ArrayList<>();
    private final Set<Path> undone = new TreeSet<>();

    private static String table(int number) {
        return "t" + number;
    }

    private static void setAll(CatalogClient client, String key, String value) {
        List<JsonNode> changes = new ArrayList<>();
        for (int i = 0; i < TABLES; i++) {
            changes.add(Changes.set("n", table(i), key, value));
        }
        client.transact(changes).expect(204);
    }

    private static byte[] backup(FirnServer server) {
        return new Http(server.uri())
                .get("/api/v1/backup")
                .expect(200)
                .response()
                .body();
    }

    /** Two clients at work on tables of their own until the server is gone. */
    private List<Future<?>> work(FirnServer server, ExecutorService threads, CountDownLatch atWork) {
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < acknowledged.size(); i++) {
            int number = i;
            work.add(threads.submit(() -> {
                CatalogClient client = server.client();
                try {
                    while (true) {
                        int next = sent.get(number).incrementAndGet();
                        client.commit("n", table(number), Changes.set("k-count", String.valueOf(next)))
                                .expect(200);
                        acknowledged.get(number).set(next);
                        atWork.countDown();
                    }
                } catch (NoAnswerException e) {
                    // The server has been killed.
                }
            }));
        }
        return work;
    }

    private void killDuring(FirnServer server, Runnable request, int longestMicros) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        CountDownLatch atWork = new CountDownLatch(4);
        List<Future<?>> all = work(server, threads, atWork);
        atWork.await();
        all.add(threads.submit(() -> {
            try {
                request.run();
            } catch (NoAnswerException e) {
                // Killed before the answer.
            }
        }));
        LockSupport.parkNanos(random.nextInt(longestMicros) * 1_000L);
        server.process().kill();
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();
    }

    private FirnServer prepared() throws IOException {
        FirnServer server = FirnServer.start(folder.resolve("data"));
        CatalogClient client = server.client();
        client.createNamespace("n").expect(200);
        for (int i = 0; i < TABLES; i++) {
            client.createTable("n", table(i)).expect(200);
        }
        for (int i = 0; i < 2; i++) {
            acknowledged.add(new AtomicInteger());
            sent.add(new AtomicInteger());
        }
        return server;
    }

    private static int count(CatalogClient client, int table) {
        return Integer.parseInt(
                Inventory.tableProperties(client, "n", table(table)).getOrDefault("k-count", "0"));
    }

    private void requireNothingLeft() throws Exception {
        assertThat(MetadataFilesOnDisk.orphans(folder.resolve("data"))).allMatch(this::isUndone);
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".copy-") || name.endsWith(".next"));
        }
    }

    /** A file that the state before a restore names: that may be restored in turn. */
    private boolean isUndone(Path file) {
        return undone.contains(file);
    }

    @Test
    void whileABackupIsRestored() throws Exception {
        FirnServer server = prepared();
        try {
            int restored = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                setAll(server.client(), "k-era", "old" + round);
                byte[] backup = backup(server);
                setAll(server.client(), "k-era", "new" + round);
                List<Integer> before =
                        acknowledged.stream().map(AtomicInteger::get).toList();
                FirnServer running = server;
                killDuring(
                        running,
                        () -> running.client()
                                .http()
                                .send("POST", "/api/v1/restore", backup)
                                .expect(200),
                        300_000);
                server = FirnServer.start(server.data());
                CatalogClient client = server.client();
                Set<String> eras = new TreeSet<>();
                for (int i = 0; i < TABLES; i++) {
                    eras.add(Inventory.tableProperties(client, "n", table(i)).get("k-era"));
                }
                assertThat(eras).as("all tables are of one state").hasSize(1).isSubsetOf("old" + round, "new" + round);
                boolean isOld = eras.contains("old" + round);
                restored += isOld ? 1 : 0;
                for (int i = 0; i < acknowledged.size(); i++) {
                    // Commits that were acknowledged before the restore are undone by it.
                    assertThat(count(client, i))
                            .isBetween(
                                    isOld ? before.get(i) : acknowledged.get(i).get(),
                                    sent.get(i).get());
                    acknowledged.get(i).set(count(client, i));
                }
                if (isOld) {
                    undone.addAll(MetadataFilesOnDisk.ofStatesBefore(server.data()));
                }
                requireNothingLeft();
            }
            System.out.println(ROUNDS + " kills during a restore, " + restored + " found the restored state");
        } finally {
            server.close();
        }
    }

    @Test
    void whileABackupIsMade() throws Exception {
        FirnServer server = prepared();
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                FirnServer running = server;
                killDuring(running, () -> backup(running), 30_000);
                server = FirnServer.start(server.data());
                for (int i = 0; i < acknowledged.size(); i++) {
                    assertThat(count(server.client(), i))
                            .isBetween(acknowledged.get(i).get(), sent.get(i).get());
                }
                requireNothingLeft();
            }
        } finally {
            server.close();
        }
    }
}
