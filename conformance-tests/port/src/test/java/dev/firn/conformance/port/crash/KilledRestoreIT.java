package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.NoAnswerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 while a backup is restored or made, and clients commit: the state is the old one or the restored one, whole. */
class KilledRestoreIT {
    private static final int TABLES = 12;
    private static final int ROUNDS = Math.max(Moment.values().length, Integer.getInteger("firn.kills", 10) / 3);

    /** The kill comes when it comes: more rounds than these find one outcome only if there is but one. */
    private static final int MOST_ROUNDS = ROUNDS + 30;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** When the server is killed; at once then, or a little later. */
    private enum Moment {
        /** The file exists into which the backup goes, to be restored or to be sent. */
        COPYING,
        /** The state before the restore has a file of its own, which is about to be replaced. */
        REPLACING,
        /** The request has been answered, and each client has begun and ended a commit since. */
        ANSWERED
    }

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

    /** Sends the request while clients commit, and kills the server at that moment. Tells whether the request was answered before. */
    private boolean killDuring(FirnServer server, Runnable request, Moment moment) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            CountDownLatch atWork = new CountDownLatch(4);
            List<Future<?>> all = work(server, threads, atWork);
            atWork.await();
            long copiesBefore = states(server.data());
            CompletableFuture<List<Integer>> answered = new CompletableFuture<>();
            all.add(threads.submit(() -> {
                try {
                    request.run();
                    answered.complete(counts(acknowledged));
                } catch (NoAnswerException e) {
                    // Killed before the answer.
                }
            }));
            boolean came = await(() -> switch (moment) {
                case COPYING -> answered.isDone() || exists(server.data(), "firn.db.copy-*") > 0;
                case REPLACING -> answered.isDone() || states(server.data()) > copiesBefore;
                // The commit that was under way at the answer may have come before the restore; the next but one has
                // not.
                case ANSWERED -> answered.isDone() && isBehind(answered.join());
            });
            LockSupport.parkNanos(random.nextBoolean() ? 0 : random.nextInt(20_000_000));
            server.process().kill();
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(came).as("whether the moment came: %s", moment).isTrue();
            return answered.isDone();
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean isBehind(List<Integer> then) {
        for (int i = 0; i < then.size(); i++) {
            if (acknowledged.get(i).get() < then.get(i) + 2) {
                return false;
            }
        }
        return true;
    }

    private static boolean await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(200_000);
        }
        return true;
    }

    /** How many states before a restore there are. */
    private static long states(Path data) {
        return exists(data, "firn.db.before-restore-*");
    }

    private static long exists(Path data, String pattern) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, pattern)) {
            return StreamSupport.stream(files.spliterator(), false).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> counts(List<AtomicInteger> counters) {
        return counters.stream().map(AtomicInteger::get).toList();
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
        try (DirectoryStream<Path> states =
                Files.newDirectoryStream(folder.resolve("data"), "firn.db.before-restore-*")) {
            for (Path state : states) {
                requireWhole(state);
            }
        }
    }

    /** Half of a state could be taken for the whole one; and none has a log beside it, which would be needed to read it. */
    private static void requireWhole(Path state) throws SQLException {
        assertThat(state.toString()).endsWith("Z");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from entry_version where to_change is null")) {
            assertThat(row.getInt(1)).as("the tables in %s", state).isEqualTo(TABLES);
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
            int round = 0;
            int restored = 0;
            while (round < ROUNDS || restored == 0 || restored == round) {
                assertThat(round)
                        .as("kills, of which %s found the restored state", restored)
                        .isLessThan(MOST_ROUNDS);
                Moment moment = Moment.values()[round % Moment.values().length];
                round++;
                setAll(server.client(), "k-era", "old" + round);
                byte[] backup = backup(server);
                setAll(server.client(), "k-era", "new" + round);
                List<Integer> before = counts(acknowledged);
                FirnServer running = server;
                boolean answered = killDuring(running, () -> restore(running, backup), moment);
                server = FirnServer.start(server.data());
                boolean isRestored = isRestored(server.client(), round);
                assertThat(isRestored || !answered)
                        .as("a restore that was answered is there")
                        .isTrue();
                restored += isRestored ? 1 : 0;
                // Commits that were acknowledged before the restore are undone by it, and none that began after its
                // answer.
                boolean undoes = isRestored && moment != Moment.ANSWERED;
                requireCounts(server.client(), undoes ? before : counts(acknowledged));
                if (isRestored) {
                    undone.addAll(MetadataFilesOnDisk.ofStatesBefore(server.data()));
                }
                requireNothingLeft();
            }
            System.out.println(round + " kills during a restore, " + restored + " found the restored state");
        } finally {
            server.close();
        }
    }

    private static void restore(FirnServer server, byte[] backup) {
        server.client().http().send("POST", "/api/v1/restore", backup).expect(200);
    }

    private static boolean isRestored(CatalogClient client, int round) {
        Set<String> eras = new TreeSet<>();
        for (int i = 0; i < TABLES; i++) {
            eras.add(Inventory.tableProperties(client, "n", table(i)).get("k-era"));
        }
        assertThat(eras).as("all tables are of one state").hasSize(1).isSubsetOf("old" + round, "new" + round);
        return eras.contains("old" + round);
    }

    private void requireCounts(CatalogClient client, List<Integer> atLeast) {
        for (int i = 0; i < atLeast.size(); i++) {
            int found = count(client, i);
            assertThat(found)
                    .as("the commits to %s", table(i))
                    .isBetween(atLeast.get(i), sent.get(i).get());
            acknowledged.get(i).set(found);
        }
    }

    @Test
    void whileABackupIsMade() throws Exception {
        FirnServer server = prepared();
        try {
            for (int round = 0; round < Math.max(2, ROUNDS / 2); round++) {
                FirnServer running = server;
                killDuring(running, () -> backup(running), round % 2 == 0 ? Moment.COPYING : Moment.ANSWERED);
                server = FirnServer.start(server.data());
                requireCounts(server.client(), counts(acknowledged));
                requireNothingLeft();
            }
        } finally {
            server.close();
        }
    }
}
