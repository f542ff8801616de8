package dev.firn.store.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what stands in SQLite's log over into the database file, beside the writer: left to itself SQLite does it within every few commits, which then wait
 * for it. The log begins anew only when nothing in it is left to take over, so when it has grown the writer itself takes over the little that came meanwhile.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    /** How much is written between two checkpoints, about. */
    private static final long PERIOD_BYTES = 16L * 1024 * 1024;

    /** A log of more pages than this is to begin anew: 64 MiB. */
    private static final long LONGEST_LOG = 16_384;

    private final Path file;
    private final AtomicLong written = new AtomicLong();
    private final Semaphore due = new Semaphore(0);
    private final AtomicBoolean logIsLong = new AtomicBoolean();
    private final Thread thread = new Thread(this::loop, "firn-checkpoint");
    private volatile boolean closing;

    /**
     * Of the database in this file. What a process before has left in the log counts as written: one that is killed again and again, before it has written enough for a
     * checkpoint, would leave ever more, which each start has to read.
     */
    Checkpoints(Path file) {
        this.file = file;
        thread.setDaemon(true);
        thread.start();
        wrote(left(Sqlite.log(file)));
    }

    private static long left(Path log) {
        try {
            return Files.size(log);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot see how long the log of the state is: " + log, e);
        }
    }

    /** About so many bytes were written to the log. */
    void wrote(long bytes) {
        if (written.addAndGet(bytes) >= PERIOD_BYTES) {
            written.set(0);
            due.release();
        }
    }

    /** To be called by the writer's thread between two groups. */
    void betweenGroups(Handle writer) {
        if (logIsLong.compareAndSet(true, false)) {
            try {
                checkpoint(writer);
            } catch (JdbiException e) {
                LOG.warn("Cannot finish a checkpoint, the log goes on growing: {}", Reasons.of(e));
            }
        }
    }

    private void loop() {
        while (!closing) {
            due.acquireUninterruptibly();
            due.drainPermits();
            if (!closing) {
                run();
            }
        }
    }

    private void run() {
        // Opened for each: it is a small part of the work, and an idle server keeps nothing open.
        try (Handle handle = Jdbi.create(() -> Sqlite.openWriter(file)).open()) {
            if (checkpoint(handle) > LONGEST_LOG) {
                logIsLong.set(true);
            }
        } catch (JdbiException e) {
            // Nothing is lost, the log only grows.
            LOG.warn("Cannot make a checkpoint, trying again later: {}", Reasons.of(e));
        } catch (RuntimeException | Error e) {
            // Whatever it was: this thread must live, or the log grows for ever.
            LOG.error("Cannot make a checkpoint, trying again later", e);
        }
    }

    /** Takes over what no reader needs where it is, waiting for nobody, and tells how many pages the log has. */
    private static long checkpoint(Handle handle) {
        return handle.createQuery("pragma wal_checkpoint(passive)")
                .map((row, context) -> row.getLong("log"))
                .one();
    }

    @Override
    public void close() {
        closing = true;
        due.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
