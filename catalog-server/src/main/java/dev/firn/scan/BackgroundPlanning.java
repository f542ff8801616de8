package dev.firn.scan;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans large scans while their clients do something else. */
final class BackgroundPlanning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundPlanning.class);
    /** How many are planned at a time; each reads its manifests side by side. */
    private static final int THREADS = 2;

    private static final int LONGEST_QUEUE = 100;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(LONGEST_QUEUE), work -> {
                Thread thread = new Thread(work, "firn-scan-background");
                thread.setDaemon(true);
                return thread;
            });

    /**
     * Begins to work on a plan.
     *
     * @param ended is told when the plan has ended, well or not
     * @throws ServiceUnavailableException if too many wait already
     */
    void begin(Plan plan, Supplier<PlannedScan> work, Runnable ended) {
        try {
            plan.workedOnBy(threads.submit(() -> {
                plan.end(result(plan, work));
                ended.run();
            }));
        } catch (RejectedExecutionException e) {
            plan.end(new PlanState.Cancelled());
            ended.run();
            throw new ServiceUnavailableException(e, "Too many large scans are being planned; try again later");
        }
    }

    private static PlanState result(Plan plan, Supplier<PlannedScan> work) {
        try {
            return new PlanState.Completed(work.get());
        } catch (ScanCancelledException e) {
            return new PlanState.Cancelled();
        } catch (RuntimeException e) {
            LOG.error("Planning the scan {} failed", plan.id(), e);
            return new PlanState.Failed(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
