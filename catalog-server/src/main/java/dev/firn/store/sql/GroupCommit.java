package dev.firn.store.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue in front of the one connection that writes. What waits together commits together: one wait for the disk for the whole group.
 *
 * <p>Each piece of work runs in a savepoint of its own, so one that fails leaves the others of its group alone.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int LARGEST_GROUP = 256;
    private static final long CLOSING_SECONDS = 30;

    /** What is done on the connection that writes. */
    interface Work<T> {
        T run(Handle handle);
    }

    /** Called on the writer's thread when a group has not been committed: what was remembered of the state may be wrong. */
    interface Rollback {
        void happened(Handle handle);
    }

    private record Pending<T>(Work<T> work, CompletableFuture<T> outcome) {}

    private record Done<T>(CompletableFuture<T> outcome, T value) {
        void complete() {
            outcome.complete(value);
        }
    }

    private final Handle handle;
    private final Rollback rollback;
    private final BlockingQueue<Pending<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::loop, "firn-writer");
    private volatile boolean closing;

    GroupCommit(Handle handle, Rollback rollback) {
        this.handle = handle;
        this.rollback = rollback;
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs the work in the next group and returns when that group is durable. Throws what the work threw; then it has changed nothing. */
    <T> T submit(Work<T> work) {
        if (closing) {
            throw new ServiceUnavailableException("The server is stopping");
        }
        CompletableFuture<T> outcome = new CompletableFuture<>();
        queue.add(new Pending<>(work, outcome));
        try {
            return outcome.join();
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void loop() {
        List<Pending<?>> group = new ArrayList<>(LARGEST_GROUP);
        while (!closing || !queue.isEmpty()) {
            try {
                Pending<?> head = queue.poll(100, TimeUnit.MILLISECONDS);
                if (head != null) {
                    group.add(head);
                    queue.drainTo(group, LARGEST_GROUP - 1);
                    commit(group);
                    group.clear();
                }
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    private void commit(List<Pending<?>> group) {
        List<Done<?>> done = new ArrayList<>(group.size());
        try {
            handle.begin();
            for (Pending<?> pending : group) {
                runInSavepoint(pending, done);
            }
        } catch (RuntimeException e) {
            // The connection failed, not a piece of work: nothing of the group has been committed.
            rollback();
            LOG.error("Cannot write the state", e);
            fail(group, new ServiceUnavailableException(e, "Cannot write the state: %s", e.getMessage()));
            return;
        }
        try {
            handle.commit();
        } catch (RuntimeException e) {
            rollback();
            LOG.error("Cannot tell whether a group of {} changes is durable", group.size(), e);
            fail(group, new CommitStateUnknownException(e));
            return;
        }
        done.forEach(Done::complete);
    }

    private <T> void runInSavepoint(Pending<T> pending, List<Done<?>> done) {
        handle.savepoint("work");
        try {
            T value = pending.work().run(handle);
            handle.releaseSavepoint("work");
            done.add(new Done<>(pending.outcome(), value));
        } catch (JdbiException e) {
            throw e;
        } catch (RuntimeException e) {
            // Jdbi forgets the savepoint with this; SQLite drops it with the next commit.
            handle.rollbackToSavepoint("work");
            rollback.happened(handle);
            pending.outcome().completeExceptionally(e);
        }
    }

    private void rollback() {
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            LOG.error("Cannot roll back", e);
        }
        try {
            rollback.happened(handle);
        } catch (RuntimeException e) {
            LOG.error("Cannot read the state after a rollback", e);
        }
    }

    private static void fail(List<Pending<?>> group, RuntimeException failure) {
        for (Pending<?> pending : group) {
            pending.outcome().completeExceptionally(failure);
        }
    }

    /** Finishes what waits, then stops. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handle.close();
    }
}
