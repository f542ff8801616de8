package dev.firn.rest;

import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers with results that are not known yet, without a thread that waits for them. */
final class Later {
    private Later() {}

    /**
     * Answers once the result is known, or with its failure. A request that is to be done once waits for it, as those who repeat it wait until it has been answered.
     *
     * @param answer sends the result, or puts it into the context for Javalin to send; it ends when that is done. It is called on a thread that others wait for, too, and
     *     must not wait for a client
     */
    static <T> void answer(Context context, CompletableFuture<T> result, Function<T, CompletionStage<?>> answer) {
        CompletableFuture<?> answered = result.thenCompose(answer::apply);
        if (Idempotency.of(context) == null) {
            context.future(() -> answered);
        } else {
            await(answered);
        }
    }

    private static void await(CompletableFuture<?> answered) {
        try {
            answered.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
