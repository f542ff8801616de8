package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Eight clients at work until the server dies, who compare after each restart. */
public final class Crew {
    private static final int OWNERS = 6;
    private static final int TRANSACTORS = 2;

    private final Random random;
    private final List<Worker> workers = new ArrayList<>();

    /** New clients that make their choices with this. */
    public Crew(Random random) {
        this.random = random;
        for (int number = 0; number < OWNERS; number++) {
            workers.add(new SoleOwner("owner" + number, new Random(random.nextLong())));
        }
        for (int number = 0; number < TRANSACTORS; number++) {
            workers.add(new Transactor(number));
        }
    }

    /** Makes what they need. */
    public void prepare(CatalogClient client) {
        workers.forEach(worker -> worker.prepare(client));
    }

    /** Fails unless each finds what it was told. */
    public void check(CatalogClient client) {
        workers.parallelStream().forEach(worker -> worker.check(client));
    }

    /** The moment is chosen by how much was acknowledged, and then by chance within some requests. Returns how much was. */
    int workUntilKilled(FirnServer server) throws Exception {
        Shift shift = new Shift(workers, server, new Progress(false));
        int target = 1 + random.nextInt(random.nextBoolean() ? 40 : 400);
        shift.await(() -> shift.progress().acknowledged() >= target, Duration.ofSeconds(4));
        LockSupport.parkNanos(random.nextInt(20_000_000));
        shift.kill();
        return shift.progress().acknowledged();
    }

    /** Sets all to work on a server that may fail. */
    public Shift workThroughFaults(FirnServer server) {
        return new Shift(workers, server, new Progress(true));
    }
}
