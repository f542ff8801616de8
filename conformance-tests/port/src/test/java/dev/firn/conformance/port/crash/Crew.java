package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Eight clients at work until the server dies, who compare after each restart. */
final class Crew {
    private static final int OWNERS = 6;
    private static final int TRANSACTORS = 2;

    private final Random random;
    private final List<Worker> workers = new ArrayList<>();

    Crew(Random random) {
        this.random = random;
        for (int number = 0; number < OWNERS; number++) {
            workers.add(new SoleOwner("owner" + number, new Random(random.nextLong())));
        }
        for (int number = 0; number < TRANSACTORS; number++) {
            workers.add(new Transactor(number));
        }
    }

    void prepare(CatalogClient client) {
        workers.forEach(worker -> worker.prepare(client));
    }

    void check(CatalogClient client) {
        workers.forEach(worker -> worker.check(client));
    }

    /** The moment is chosen by how much was acknowledged, and then by chance within some requests. Returns how much was. */
    int workUntilKilled(FirnServer server) throws Exception {
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
}
