package dev.firn.conformance.port.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.NoAnswerException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Eight clients on the same tables and names, and a checker of what they sent and saw. The server is killed between rounds. The system property {@code
 * firn.rounds} says how many there are, {@code firn.peer} names another catalog to look at, whose warehouse is on this machine.
 */
class HistoriesIT {
    private static final int ROUNDS = Integer.getInteger("firn.rounds", 4);
    private static final int ACTIONS = 400;
    private static final int CLIENTS = 6;

    private final History history = new History();
    private int round;

    @Test
    void everyHistoryIsPossible() throws Exception {
        String peer = System.getProperty("firn.peer", "");
        if (!peer.isEmpty()) {
            judge(peer(CatalogClient.connect(URI.create(peer))));
            return;
        }
        FirnServer server = FirnServer.start(folder());
        try {
            SharedTables tables = SharedTables.make(server.client(), "h", true);
            for (round = 1; round <= ROUNDS; round++) {
                FirnServer running = server;
                play(tables, server.client(), true, () -> running.process().kill());
                server = FirnServer.start(server.data());
            }
            judge(LedgerTruth.read(server.client(), tables));
        } finally {
            server.close();
        }
    }

    private Map<String, List<State>> peer(CatalogClient client) throws Exception {
        SharedTables tables = SharedTables.make(client, "h" + System.currentTimeMillis(), false);
        play(tables, client, false, () -> {});
        return FileTruth.read(client, tables);
    }

    private void judge(Map<String, List<State>> truth) {
        List<String> faults = HistoryChecker.faults(history, truth);
        System.out.println(history.writes().size() + " changes, "
                + history.sights().size() + " sights, " + faults.size() + " that cannot be");
        assertThat(faults.stream().limit(20)).isEmpty();
        truth.forEach((register, states) -> assertThat(states).as(register).hasSizeGreaterThan(10));
    }

    /** Lets all clients work until they have done so many things together; then something happens to the server. */
    private void play(SharedTables tables, CatalogClient client, boolean names, Runnable end) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);
        AtomicInteger actions = new AtomicInteger();
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                String name = "w%d-%d".formatted(round, number);
                TableClient one = new TableClient(client, tables, history, name, System.nanoTime());
                work.add(threads.submit(() -> work(one::act, actions)));
            }
            for (int number = 0; names && number < 2; number++) {
                String name = "n%d-%d".formatted(round, number);
                NameClient one = new NameClient(client, tables.namespace(), history, name, System.nanoTime());
                work.add(threads.submit(() -> work(one::act, actions)));
            }
            while (actions.get() < ACTIONS && work.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
                TimeUnit.MILLISECONDS.sleep(1);
            }
            end.run();
            actions.addAndGet(ACTIONS);
            for (Future<?> one : work) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void work(Runnable act, AtomicInteger actions) {
        try {
            while (actions.getAndIncrement() < 2 * ACTIONS) {
                act.run();
            }
        } catch (NoAnswerException e) {
            // The server has been killed.
        }
    }

    private static Path folder() throws IOException {
        Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
        return Files.createTempDirectory(build, "history").resolve("data");
    }
}
