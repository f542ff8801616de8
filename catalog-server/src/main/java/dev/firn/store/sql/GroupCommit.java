package dev.firn.store.sql;

import dev.firn.store.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue in front of the one connection that writes. What waits together commits together, with what arrives until all of it is written: one wait for the disk for the whole group.
 *
 * <p>One that is refused leaves the others of its group alone: the group is run again with each piece in a savepoint of its own, as are those that follow until nothing is
 * refused any more. Most are never refused, and SQLite copies each page that a savepoint may have to bring back. One that the database fails on, as it does on a damaged page, may end
 * the transaction of all: then each piece of the group is run again in a transaction of its own.
 *
 * <p>What fails is logged in a line. Those who wait are given the failure and tell of it as often as it makes sense: on a full disk every group fails.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int LARGEST_GROUP = 256;
    private static final long CLOSING_SECONDS = 30;

    /** The database failed on a piece of work; its transaction may have ended with it. */
    private static final class FailedWorkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final JdbiException failure;

        FailedWorkException(JdbiException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** A piece of work was refused that did not run in a savepoint. */
    private static final class RefusedWithoutSavepointException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedWithoutSavepointException(RuntimeException reason) {
            super(reason);
        }
    }

    /** What is done on the connection that writes. It is done again if another piece of its group is refused or fails, on a state without what it did before. */
    interface Work<T> {
        T run(Handle handle);
    }

    /** What is done on it outside of the groups, with what it needs if it fails in the middle. */
    interface Alone<T> {
        T run(Handle handle, WriterTransactions transactions);
    }

    /** Those who remember something of the state. All is called on the writer's thread, before anybody is answered unless it says otherwise. */
    interface Observer {
        /** A piece of work has been taken back, alone: the state is what it was before it. */
        void takenBack(Handle handle);

        /** The group is durable. */
        void committed();

        /** Everybody has been answered, and the next group has not begun. */
        void betweenGroups(Handle handle);

        /** Nothing of the group has been committed, or it is not known whether all of it has. */
        void failed();
    }

    private static final class Pending<T> {
        private final Work<T> work;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private @Nullable Runnable answer;

        Pending(Work<T> work) {
            this.work = work;
        }

        /** Runs the work and keeps its result until the group is durable. */
        void run(Handle handle) {
            T value = work.run(handle);
            answer = () -> outcome.complete(value);
        }

        /** The work was refused. That too is answered once the group is durable: it may have been refused because of what stands before it in the group. */
        void refuse(RuntimeException reason) {
            answer = () -> outcome.completeExceptionally(reason);
        }

        void answer() {
            if (answer == null) {
                throw new IllegalStateException("Work was not run");
            }
            answer.run();
        }

        void fail(RuntimeException reason) {
            outcome.completeExceptionally(reason);
        }
    }

    private final Handle handle;
    private final WriterTransactions transactions;
    private final Observer observer;
    private final BlockingQueue<Pending<?>> queue = new LinkedBlockingQueue<>();
    private final BlockingQueue<Pending<?>> alone = new LinkedBlockingQueue<>();

    /** Held while something is written, and fair: who waits for that waits for one group. */
    private final Lock writing = new ReentrantLock(true);

    private final Thread thread = new Thread(this::loop, "firn-writer");
    private volatile boolean closing;

    /** Whether the last group had a piece that was refused: as one refusal is often followed by others, groups get savepoints then. */
    private boolean refusing;

    /** Writes on this connection, and tells {@code observer}. */
    GroupCommit(Handle handle, Observer observer) {
        this.handle = handle;
        this.transactions = new WriterTransactions(handle);
        this.observer = observer;
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs the work in the next group and returns when that group is durable. Throws what the work threw; then it has changed nothing. */
    <T> T submit(Work<T> work) {
        return queue(work).await();
    }

    /** Queues the work behind all that was queued before. */
    <T> Submission<T> queue(Work<T> work) {
        return queue(work, queue);
    }

    /**
     * Runs the work on the connection when nothing else does, between two groups and outside of any transaction, and returns when it is done. All that waits is
     * done after it, on what it has made of the state. Throws what the work threw.
     */
    <T> T submitAlone(Alone<T> work) {
        return queue(handle -> work.run(handle, transactions), alone).await();
    }

    /** Returns when what is being written now, if anything is, is durable or has failed. What is written after that begins after this was called. */
    void awaitWriting() {
        writing.lock();
        writing.unlock();
    }

    private <T> Submission<T> queue(Work<T> work, BlockingQueue<Pending<?>> waiting) {
        Pending<T> pending = new Pending<>(work);
        waiting.add(pending);
        if (closing && waiting.remove(pending)) {
            throw stopping();
        }
        return new Submission<>(pending.outcome);
    }

    private void loop() {
        List<Pending<?>> group = new ArrayList<>(LARGEST_GROUP);
        while (!closing || !queue.isEmpty()) {
            try {
                Pending<?> single = alone.poll();
                if (single != null) {
                    writing.lock();
                    try {
                        runAlone(single);
                    } finally {
                        writing.unlock();
                    }
                }
                Pending<?> head = queue.poll(100, TimeUnit.MILLISECONDS);
                if (head != null) {
                    group.add(head);
                    queue.drainTo(group, LARGEST_GROUP - 1);
                    writing.lock();
                    try {
                        commit(group, true);
                    } finally {
                        writing.unlock();
                    }
                }
            } catch (InterruptedException e) {
                closing = true;
            } catch (Throwable e) {
                // Whatever it was: this thread must live, or nobody can write any more.
                try {
                    LOG.error("The writer failed", e);
                    rollback();
                } finally {
                    fail(group, new CommitStateUnknownException(e));
                }
            } finally {
                group.clear();
            }
        }
    }

    private void runAlone(Pending<?> pending) {
        try {
            pending.run(handle);
        } catch (RuntimeException e) {
            // Who asked for it tells of it: it may well be a refusal.
            pending.refuse(e);
        } catch (Throwable e) {
            LOG.error("The writer failed", e);
            pending.refuse(new CommitStateUnknownException(e));
        }
        rememberAgain();
        pending.answer();
    }

    /** Commits all of it in one transaction, which may {@code grow}: what arrives meanwhile is added to the group. */
    private void commit(List<Pending<?>> group, boolean grow) {
        try {
            run(group, grow);
        } catch (FailedWorkException e) {
            if (rollback() && group.size() > 1) {
                LOG.warn("A group of {} changes is written one by one, as one of them failed", group.size());
                group.forEach(pending -> commit(List.of(pending), false));
                return;
            }
            LOG.error("Cannot write the state: {}", Reasons.of(e));
            fail(group, unavailable(e.failure));
            return;
        } catch (RuntimeException e) {
            // The connection failed, not a piece of work: nothing of the group has been committed.
            rollback();
            LOG.error("Cannot write the state: {}", Reasons.of(e));
            fail(group, unavailable(e));
            return;
        }
        try {
            transactions.commit();
        } catch (RuntimeException e) {
            if (rollback()) {
                LOG.error("Cannot commit a group of {} changes: {}", group.size(), Reasons.of(e));
                fail(group, unavailable(e));
            } else {
                LOG.error("Cannot tell whether a group of {} changes is durable: {}", group.size(), Reasons.of(e));
                fail(group, new CommitStateUnknownException(e));
            }
            return;
        }
        observer.committed();
        group.forEach(Pending::answer);
        observer.betweenGroups(handle);
    }

    /** Runs all pieces in one transaction, which is left open. */
    private void run(List<Pending<?>> group, boolean grow) {
        transactions.begin();
        if (!refusing) {
            try {
                runEach(group, grow, this::runWithoutSavepoint);
                return;
            } catch (RefusedWithoutSavepointException e) {
                LOG.debug("A group of {} changes is run again, as one of them was refused", group.size(), e);
                rollback();
                transactions.begin();
            }
        }
        refusing = false;
        runEach(group, grow, this::runInSavepoint);
    }

    private void runEach(List<Pending<?>> group, boolean grow, Consumer<Pending<?>> run) {
        for (int done = 0; done < group.size(); ) {
            run.accept(group.get(done));
            done++;
            if (grow && done == group.size()) {
                queue.drainTo(group, LARGEST_GROUP - done);
            }
        }
    }

    private void runWithoutSavepoint(Pending<?> pending) {
        try {
            pending.run(handle);
        } catch (JdbiException e) {
            throw new FailedWorkException(e);
        } catch (RuntimeException e) {
            throw new RefusedWithoutSavepointException(e);
        }
    }

    private void runInSavepoint(Pending<?> pending) {
        transactions.savepoint();
        try {
            pending.run(handle);
            transactions.release();
        } catch (JdbiException e) {
            throw new FailedWorkException(e);
        } catch (RuntimeException e) {
            transactions.takeBack();
            observer.takenBack(handle);
            pending.refuse(e);
            refusing = true;
        }
    }

    /** Tells whether it is certain that nothing of the group will ever be seen. */
    private boolean rollback() {
        boolean certain = transactions.rollback();
        rememberAgain();
        return certain;
    }

    private void rememberAgain() {
        try {
            observer.failed();
        } catch (RuntimeException e) {
            LOG.error("Cannot read the state after a rollback", e);
        }
    }

    private static void fail(List<Pending<?>> group, RuntimeException failure) {
        group.forEach(pending -> pending.fail(failure));
    }

    private static ServiceUnavailableException unavailable(RuntimeException e) {
        return new ServiceUnavailableException(e, "Cannot write the state: %s", Reasons.of(e));
    }

    private static ServiceUnavailableException stopping() {
        return new ServiceUnavailableException("The server is stopping");
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
        List<Pending<?>> late = new ArrayList<>();
        queue.drainTo(late);
        alone.drainTo(late);
        fail(late, stopping());
        handle.close();
    }
}
