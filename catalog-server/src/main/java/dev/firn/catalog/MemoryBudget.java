package dev.firn.catalog;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The memory that requests may take, all of them together: many wait without a thread, so nothing else bounds them. What each takes is estimated, in bytes of the
 * heap; who is refused is to change nothing and to come again. Who has a thread can wait for others to give theirs back: a burst is slowed then, and not refused.
 *
 * <p>One request at a time may take what is too much: however small the budget is, one that is larger is served, and beside it the others as ever.
 */
public final class MemoryBudget {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** So many wait with a thread each, and no more: the others of the server's threads are for those who need not wait. */
    private static final int MOST_WAITING = 64;

    private final long size;
    private final AtomicLong taken = new AtomicLong();

    /** Who has what is too much. It is not part of {@link #taken}. */
    private final AtomicReference<@Nullable Share> beyond = new AtomicReference<>();

    private final AtomicInteger waiting = new AtomicInteger();

    /** Has the one whose turn it is of those that wait. The others come after it in the order in which they asked, so that small ones do not keep a large one waiting for ever. */
    private final Semaphore turn = new Semaphore(1, true);

    /** Tells that one whose turn it is that somebody has given back. */
    private final Semaphore given = new Semaphore(0);

    /** A budget of so many bytes. */
    public MemoryBudget(long size) {
        this.size = size;
    }

    /** The share of one request, empty as yet. Who asks for it is its first holder. */
    public Share share() {
        return new Share();
    }

    /** What one request has taken. It goes back when nobody holds it any more: the request has been answered, and what it asked for is no longer under way. */
    public final class Share {
        private long own;
        private int holders = 1;

        private Share() {}

        /**
         * Takes more.
         *
         * @throws OverBudgetException if there is not so much; then nothing was taken
         */
        public void take(long bytes) {
            if (!isTaken(bytes)) {
                throw new OverBudgetException();
            }
        }

        /**
         * Takes more, and waits a while for others to give it back if there is not so much. Not to be called by who others wait for to give theirs back.
         *
         * @throws OverBudgetException if there is not so much by then, or too many wait already; then nothing was taken
         */
        public void await(long bytes) {
            // Who has too much already can end only if it gets what it asks for: it stands behind nobody.
            if ((waiting.get() == 0 || beyond.get() == this) && isTaken(bytes)) {
                return;
            }
            try {
                if (waiting.incrementAndGet() > MOST_WAITING
                        || !isTakenInTurn(bytes, System.nanoTime() + LONGEST_NANOS)) {
                    throw new OverBudgetException();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OverBudgetException();
            } finally {
                waiting.decrementAndGet();
            }
        }

        private boolean isTakenInTurn(long bytes, long end) throws InterruptedException {
            if (!turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            try {
                do {
                    given.drainPermits();
                    if (isTaken(bytes)) {
                        return true;
                    }
                } while (given.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS));
                return false;
            } finally {
                turn.release();
            }
        }

        private synchronized boolean isTaken(long bytes) {
            if (holders > 0) {
                if (beyond.get() != this && !fits(bytes)) {
                    if (!beyond.compareAndSet(null, this)) {
                        return false;
                    }
                    taken.addAndGet(-own);
                }
                own += bytes;
            }
            return true;
        }

        /** Gives back a part of what was taken. Who had too much may have so little then that another can have that. */
        public synchronized void give(long bytes) {
            if (holders > 0) {
                long back = Math.min(bytes, own);
                own -= back;
                if (beyond.get() != this) {
                    taken.addAndGet(-back);
                } else if (fits(own)) {
                    beyond.set(null);
                }
                tell();
            }
        }

        /** One more holder. If there was none any more, as the client has gone, what is taken from now on counts. */
        public synchronized void hold() {
            holders++;
        }

        /** One holder less; with the last, all goes back. To be called once by each. */
        public synchronized void release() {
            holders--;
            if (holders == 0) {
                if (!beyond.compareAndSet(this, null)) {
                    taken.addAndGet(-own);
                }
                own = 0;
                tell();
            }
        }

        private void tell() {
            if (waiting.get() > 0) {
                given.release();
            }
        }
    }

    /** Takes so much if it is there. Never more, not even for a moment: who looks then and waits would not be told that it is there after all. */
    private boolean fits(long bytes) {
        long now = taken.get();
        while (now + bytes <= size) {
            if (taken.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** What is taken now, in bytes, without what one request has too much. */
    long taken() {
        return taken.get();
    }
}
