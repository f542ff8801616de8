package dev.firn.retention;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a thread of its own, until closed. A failure is logged, and the next round comes all the same. */
public final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** What is done. It looks now and then whether it is to stop. */
    public interface Round {
        /** Does what is to be done now. */
        void run(Background background);
    }

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
        for (Duration wait = first; !pause(wait.toMillis()); wait = pause) {
            try {
                round.run(this);
            } catch (Throwable e) {
                // Whatever it was: this thread must live.
                if (!isClosing()) {
                    LOG.error("{} failed, trying again later", name, e);
                }
            }
        }
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
