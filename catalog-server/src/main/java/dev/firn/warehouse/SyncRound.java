package dev.firn.warehouse;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Files and folders that are made durable together, by all threads that have time: a disk takes several at once in hardly more time than one. Who asks for it does what no helper does, so it
 * depends on none: they may all be waiting for another disk.
 */
final class SyncRound {
    private static final int MOST_HELPERS = 7;

    /** Makes one durable. */
    interface Sync {
        void of(Path path) throws IOException;
    }

    /** What went wrong, and where. */
    record Failure(Path path, IOException cause) {
        /** That something cannot be opened makes the operating system forget nothing, unlike a write that failed: of that it tells only once. */
        private boolean isMild() {
            return cause instanceof FileSystemException;
        }
    }

    private final Iterator<Path> remaining;
    private final Sync sync;
    private int underWay;
    private @Nullable Failure failure;

    private SyncRound(Collection<Path> paths, Sync sync) {
        this.remaining = paths.iterator();
        this.sync = sync;
    }

    /**
     * Returns when all are durable, or one could not be made so and nobody is at work any more; then some may not have been tried.
     *
     * @return the failure that says most; null if all are durable
     */
    static @Nullable Failure run(Collection<Path> paths, Sync sync, Executor helpers) {
        SyncRound round = new SyncRound(paths, sync);
        round.callFor(helpers, Math.min(MOST_HELPERS, paths.size() - 1));
        round.work();
        return round.end();
    }

    private void callFor(Executor helpers, int count) {
        try {
            for (int i = 0; i < count; i++) {
                helpers.execute(this::work);
            }
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // No thread to be had: then there are fewer.
            return;
        }
    }

    private void work() {
        for (Path path = next(); path != null; path = next()) {
            @Nullable IOException failed = null;
            try {
                sync.of(path);
            } catch (IOException e) {
                failed = e;
            } catch (Throwable e) {
                // Whatever it was: somebody waits for this one.
                failed = new IOException(String.valueOf(e.getMessage()), e);
            } finally {
                done(path, failed);
            }
        }
    }

    private synchronized @Nullable Path next() {
        if (failure != null || !remaining.hasNext()) {
            return null;
        }
        underWay++;
        return remaining.next();
    }

    private synchronized void done(Path path, @Nullable IOException failed) {
        underWay--;
        if (failed != null && (failure == null || failure.isMild())) {
            failure = new Failure(path, failed);
        }
        notifyAll();
    }

    /** To be called when there is nothing more to take. */
    private synchronized @Nullable Failure end() {
        boolean interrupted = false;
        while (underWay > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }
}
