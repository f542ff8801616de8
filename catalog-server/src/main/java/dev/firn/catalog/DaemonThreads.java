package dev.firn.catalog;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that are there as long as they have something to do, and keep no process alive. */
final class DaemonThreads {
    private static final long IDLE_SECONDS = 60;

    private DaemonThreads() {}

    /** At most so many of this name; what they are given beyond that waits. */
    static ThreadPoolExecutor atMost(int most, String name) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
