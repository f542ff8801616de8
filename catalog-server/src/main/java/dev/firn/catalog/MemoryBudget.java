package dev.firn.catalog;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The memory that requests may take while they wait, all of them together: many wait without a thread, so nothing else bounds them. What each takes is estimated, in bytes of the
 * heap; who is refused is to change nothing and to come again.
 *
 * <p>One request at a time may take what is too much: however small the budget is, one that is larger is served, and beside it the others as ever.
 */
public final class MemoryBudget {
    private final long size;
    private final AtomicLong taken = new AtomicLong();

    /** Who has what is too much. It is not part of {@link #taken}. */
    private final AtomicReference<@Nullable Share> beyond = new AtomicReference<>();

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
        public synchronized void take(long bytes) {
            if (holders > 0) {
                if (beyond.get() != this && taken.addAndGet(bytes) > size) {
                    if (!beyond.compareAndSet(null, this)) {
                        taken.addAndGet(-bytes);
                        throw new OverBudgetException();
                    }
                    taken.addAndGet(-own - bytes);
                }
                own += bytes;
            }
        }

        /** Gives back a part of what was taken. */
        public synchronized void give(long bytes) {
            if (holders > 0) {
                long back = Math.min(bytes, own);
                own -= back;
                if (beyond.get() != this) {
                    taken.addAndGet(-back);
                }
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
            }
        }
    }

    /** What is taken now, in bytes, without what one request has too much. */
    long taken() {
        return taken.get();
    }
}
