package dev.firn.catalog;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that bring commits to their end once they are durable, and send their answers: a few for all that wait, as a thread for each would be woken for each. What
 * they are given must not wait for a client.
 */
final class Finishers {
    private static final int MOST = Math.max(2, Runtime.getRuntime().availableProcessors());
    private static final long IDLE_SECONDS = 60;

    private Finishers() {}

    /** Such threads, which are there as long as they have something to do. */
    static Executor start() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "firn-finisher");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
