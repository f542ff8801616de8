package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Kills the server while eight clients work, and compares after each restart. The system property
 * {@code firn.kills} says how often, {@code firn.seed} repeats the choices of a run.
 */
class KillIT {
    private static final int OWNERS = 6;
    private static final int TRANSACTORS = 2;
    private static final int KILLS = Integer.getInteger("firn.kills", 10);

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        seed = seed == 0 ? System.nanoTime() : seed;
        System.out.println("firn.seed=" + seed);
        Random random = new Random(seed);
        List<Worker> workers = workers(random);
        int acknowledged = 0;
        FirnServer server = FirnServer.start(folder());
        try {
            for (Worker worker : workers) {
                worker.prepare(server.client());
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                acknowledged += workUntilKilled(server, workers, random);
                if (random.nextInt(4) == 0) {
                    killWhileStarting(server.data(), random);
                }
                server = FirnServer.start(server.data());
                CatalogClient client = server.client();
                for (Worker worker : workers) {
                    worker.check(client);
                }
            }
            assertThat(server.process().log()).doesNotContain("\tat ");
        } finally {
            server.close();
        }
        System.out.println(KILLS + " kills, " + acknowledged + " acknowledged, none lost");
    }

    private static List<Worker> workers(Random random) {
        List<Worker> workers = new ArrayList<>();
        for (int number = 0; number < OWNERS; number++) {
            workers.add(new SoleOwner("owner" + number, new Random(random.nextLong())));
        }
        for (int number = 0; number < TRANSACTORS; number++) {
            workers.add(new Transactor(number));
        }
        return workers;
    }

    // The moment is chosen by how much was acknowledged, and then by chance within some requests.
    private static int workUntilKilled(FirnServer server, List<Worker> workers, Random random) throws Exception {
        Semaphore acknowledged = new Semaphore(0);
        int target = 1 + random.nextInt(400);
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            List<Future<?>> work = new ArrayList<>();
            for (Worker worker : workers) {
                CatalogClient client = server.client();
                work.add(threads.submit(() -> worker.work(client, acknowledged)));
            }
            boolean reached = acknowledged.tryAcquire(target, 4, TimeUnit.SECONDS);
            LockSupport.parkNanos(random.nextInt(20_000_000));
            server.process().kill();
            for (Future<?> one : work) {
                one.get(60, TimeUnit.SECONDS);
            }
            return acknowledged.availablePermits() + (reached ? target : 0);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void killWhileStarting(Path data, Random random) {
        ServerProcess process = FirnServer.launch(FirnServer.freePort(), data, Map.of());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1200)));
        process.kill();
    }

    private static Path folder() throws IOException {
        // Beneath the module's build folder, where state and log stay for a look after a failure.
        Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
        return Files.createTempDirectory(build, "kill").resolve("data");
    }
}
