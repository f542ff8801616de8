package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A crew at work on one server, until that is killed. */
public final class Shift {
    private final FirnServer server;
    private final Progress progress;
    private final ExecutorService threads;
    private final List<Future<?>> work = new ArrayList<>();

    Shift(List<Worker> workers, FirnServer server, Progress progress) {
        this.server = server;
        this.progress = progress;
        this.threads = Executors.newFixedThreadPool(workers.size());
        for (Worker worker : workers) {
            CatalogClient client = server.client();
            work.add(threads.submit(() -> worker.work(client, progress)));
        }
    }

    /** What they have been answered. */
    public Progress progress() {
        return progress;
    }

    /** Waits until something is so, and tells whether it is. Fails if a client has found something wrong. */
    public boolean await(BooleanSupplier condition, Duration patience) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            for (Future<?> one : work) {
                if (one.isDone()) {
                    end();
                    throw new AssertionError("A client stopped before the server was killed");
                }
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(200_000);
        }
        return true;
    }

    /** Kills the server and waits until all clients have seen it. Fails if one has found something wrong. */
    public void kill() throws Exception {
        server.process().kill();
        end();
    }

    private void end() throws InterruptedException, TimeoutException {
        try {
            for (Future<?> one : work) {
                if (server.process().isAlive() && !one.isDone()) {
                    continue;
                }
                one.get(60, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError(
                    "A client found something wrong: " + e.getCause().getMessage(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
