package dev.firn.catalog;

import dev.firn.store.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The threads that bring changes of tables to their end once they are durable, and send their answers: a few for all that wait, as a thread for each would be woken for each.
 * What they are given must not wait for a client.
 */
final class Finishers {
    private static final int MOST = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Executor threads = DaemonThreads.atMost(MOST, "firn-finisher");

    /**
     * Runs {@code next}, which must not throw, once the outcome is known, whatever it is.
     *
     * @param inPlace runs instead where there is no thread and no memory for it; it must not wait for other changes
     */
    void run(Submission<?> submission, Runnable next, Runnable inPlace) {
        submission.whenSettled(threads, next, inPlace);
    }

    /** What was handed to the state gives, once it is durable, or how it failed. */
    <T> CompletableFuture<T> ask(Submission<T> submission) {
        return ask(submission, submission::await);
    }

    /** What {@code end} gives or throws, which is asked for once the outcome is known, whatever it is, and waits for no other change. */
    <T> CompletableFuture<T> ask(Submission<?> submission, Supplier<T> end) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable told = () -> {
            try {
                result.complete(end.get());
            } catch (Throwable e) {
                // Whatever it was: somebody waits to be told.
                result.completeExceptionally(e);
            }
        };
        run(submission, told, told);
        return result;
    }
}
