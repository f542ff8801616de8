package dev.firn.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Work that has been handed to the state. What is handed over later is done later, so it may build on this before its outcome is known: if this comes to
 * nothing, the compare-and-set of what builds on it fails.
 *
 * @param <T> what the work gives
 */
public final class Submission<T> {
    private final CompletableFuture<T> outcome;

    /** Ends as {@code outcome} does. */
    public Submission(CompletableFuture<T> outcome) {
        this.outcome = outcome;
    }

    /** Whether its outcome is not known yet. */
    public boolean isPending() {
        return !outcome.isDone();
    }

    /** Waits until it is durable, and gives its result. Throws what the work threw; then it has changed nothing. */
    public T await() {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Waits until its outcome is known, whatever it is. */
    public void settle() {
        outcome.handle((value, failure) -> "known").join();
    }

    /**
     * Has {@code next} run by {@code executor} once its outcome is known, whatever it is: {@link #await} does not wait any more then.
     *
     * @param inPlace runs where the executor takes nothing, as where there is no memory, on the thread that knows the outcome, as somebody may wait for it. It must not wait
     *     for other work that was handed to the state: nobody does that work meanwhile
     */
    public void whenSettled(Executor executor, Runnable next, Runnable inPlace) {
        var unused = outcome.whenComplete((value, failure) -> {
            try {
                executor.execute(next);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                inPlace.run();
            }
        });
    }
}
