package dev.firn.rest;

import dev.firn.catalog.MemoryBudget;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers with results that are not known yet, without a thread that waits for them. */
final class Later {
    private Later() {}

    /** Answers 204 once it is done. */
    static void noContent(Context context, CompletableFuture<?> done) {
        answer(context, done, nothing -> CompletableFuture.completedFuture(context.status(204)));
    }

    /** Answers 200 with JSON once the result is known. */
    static <T> void json(Context context, CompletableFuture<T> result, Function<T, Object> json) {
        answer(context, result, value -> new ReadyBody(Json.bytes(json.apply(value))).sendWithoutWaiting(context));
    }

    /**
     * Answers once the result is known, or with its failure.
     *
     * @param answer sends the result, or puts it into the context for Javalin to send; it ends when that is done. It is called on a thread that others wait for, too, and
     *     must not wait for a client
     */
    static <T> void answer(Context context, CompletableFuture<T> result, Function<T, CompletionStage<?>> answer) {
        Optional<MemoryBudget.Share> share = CountedRequests.share(context);
        // Jetty may give up a request whose client has gone, while what it asked for is still under way.
        share.ifPresent(MemoryBudget.Share::hold);
        var unused = result.whenComplete((value, failure) -> share.ifPresent(MemoryBudget.Share::release));
        Turns.@Nullable Turn turn = Idempotency.turn(context);
        CompletableFuture<?> answered = turn == null ? result.thenCompose(answer::apply) : turn.answer(result, answer);
        context.future(() -> answered);
    }
}
