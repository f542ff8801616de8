package dev.firn.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that read manifests side by side, as many as there are processors. What they run starts nothing on them, so they never wait for each other. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads;

    Workers() {
        this.threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), work -> {
            Thread thread = new Thread(work, "firn-scan");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The results in the order of the work. Throws what the first piece that failed threw, and {@link ScanCancelledException} if the caller is interrupted. */
    <T> List<T> all(List<Callable<T>> work) {
        try {
            List<T> results = new ArrayList<>(work.size());
            for (Future<T> result : threads.invokeAll(work)) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScanCancelledException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
