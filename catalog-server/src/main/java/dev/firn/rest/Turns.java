package dev.firn.rest;

import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/** Requests with the same key, one after the other. No thread waits with those who wait for their turn, or for the outcome of what they asked for. */
final class Turns {
    private final ConcurrentMap<String, Turn> running = new ConcurrentHashMap<>();

    /** What a request does in its turn. */
    interface Work {
        void run(Turn turn) throws Exception;
    }

    /** What becomes of a failure: it is thrown, or something else is answered. */
    interface Failed {
        void answer(Exception failure) throws Exception;
    }

    /** Does the work, at once or, if another request with this key runs, when that has come to its end. */
    void take(Context context, String key, Work work) throws Exception {
        Turn turn = new Turn(context, key);
        @Nullable Turn other = running.putIfAbsent(key, turn);
        if (other != null) {
            context.future(() ->
                    other.ended.thenRunAsync(() -> unchecked(() -> take(context, key, work)), threads(context)));
            return;
        }
        try {
            work.run(turn);
        } finally {
            if (!turn.goesOn) {
                turn.end();
            }
        }
    }

    /** Those of the requests: there are many, and who comes to wait in one of them holds up no other change. */
    private static Executor threads(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req())
                .getComponents()
                .getExecutor();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** One request, while no other with its key runs. */
    final class Turn {
        private final Context context;
        private final String key;
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

        private Failed failed = failure -> {
            throw failure;
        };

        /** Its outcome is not known when the work returns. */
        private boolean goesOn;

        private Turn(Context context, String key) {
            this.context = context;
            this.key = key;
        }

        String key() {
            return key;
        }

        /** What is to become of a failure that is not known when the work returns. It may wait. */
        void whenFailed(Failed then) {
            failed = then;
        }

        /**
         * Answers with a result that is not known yet. The turn is over when it is known, even if the client is slow to take it.
         *
         * @param answer sends the result, and must not wait for a client
         */
        <T> CompletableFuture<?> answer(CompletableFuture<T> result, Function<T, CompletionStage<?>> answer) {
            goesOn = true;
            return result.handle((value, failure) -> {
                        if (failure == null) {
                            end();
                            return answer.apply(value);
                        }
                        return fail(failure);
                    })
                    .thenCompose(next -> next);
        }

        private CompletionStage<?> fail(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof Exception exception) {
                try {
                    return CompletableFuture.runAsync(() -> unchecked(() -> failed.answer(exception)), threads(context))
                            .whenComplete((nothing, again) -> end());
                } catch (RejectedExecutionException e) {
                    // The server ends.
                    exception.addSuppressed(e);
                }
            }
            end();
            return CompletableFuture.failedFuture(cause);
        }

        private void end() {
            running.remove(key, this);
            ended.complete(null);
        }
    }
}
