package dev.firn.retention;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on a thread of its own, until closed. A failure is logged, and the next round comes all the same: after twice the pause each time, up to a
 * minute. A full disk lets every round fail, and the log stands on a disk, too.
 */
public final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** What is done. It looks now and then whether it is to stop. */
    public interface Round {
        /** Does what is to be done now. */
        void run(Background background);
    }

    /** Between two rounds that fail, unless the pause itself is longer. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Begins.
     *
     * @param name of the thread
     * @param pause between rounds
     */
    public Background(String name, Duration pause, Round round) {
        this(name, pause, pause, round);
    }

    /**
     * Begins.
     *
     * @param first before the first round
     * @param pause between rounds
     */
    public Background(String name, Duration first, Duration pause, Round round) {
        this.thread = new Thread(() -> loop(name, first, pause, round), name);
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    private void loop(String name, Duration first, Duration pause, Round round) {
        Duration next = pause;
        for (Duration wait = first; !pause(wait.toMillis()); wait = next) {
            try {
                round.run(this);
                next = pause;
            } catch (Throwable e) {
                next = longer(next);
                // Whatever it was: this thread must live.
                if (!isClosing()) {
                    LOG.error("{} failed, trying again in {}", name, next, e);
                }
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        if (twice.compareTo(LONGEST_PAUSE) <= 0) {
            return twice;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? pause : LONGEST_PAUSE;
    }

    boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits, and tells whether it is to stop. */
    boolean pause(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
            return true;
        }
    }

    /** Stops after the step that is under way. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
