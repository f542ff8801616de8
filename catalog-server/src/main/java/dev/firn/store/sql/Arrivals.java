package dev.firn.store.sql;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Wakes those who wait for a change. A commit that nobody waits for pays two reads of memory. */
final class Arrivals {
    private final AtomicLong newest;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Object lock = new Object();
    private volatile LongConsumer first = change -> {};

    Arrivals(long newest) {
        this.newest = new AtomicLong(newest);
    }

    /** Calls with each change that is the newest, before those who wait for it go on. */
    void whenReached(LongConsumer action) {
        first = action;
    }

    /** The newest change that is durable. */
    long newest() {
        return newest.get();
    }

    /** The changes up to this one are durable. */
    void reached(long change) {
        if (change > newest.get()) {
            first.accept(change);
        }
        newest.accumulateAndGet(change, Math::max);
        if (waiting.get() > 0) {
            synchronized (lock) {
                lock.notifyAll();
            }
        }
    }

    /** Waits until there is a change after this one, at most for the time given, and tells whether there is. */
    boolean await(long change, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        // First counted, then looked: a change that arrives in between either is seen or wakes.
        waiting.incrementAndGet();
        try {
            synchronized (lock) {
                while (newest.get() <= change) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        return false;
                    }
                    lock.wait(millis);
                }
            }
            return true;
        } finally {
            waiting.decrementAndGet();
        }
    }
}
