package dev.firn.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers by the key of their requests, in memory: of requests that change nothing which outlives the process. They take a limited amount of it; one that had
 * to go is worked out again.
 */
final class RecentAnswers {
    private static final long MOST_BYTES = 16 * 1024 * 1024;
    private static final int WEIGHT = 200;

    private final Cache<String, Recent> answers;

    RecentAnswers(Duration kept) {
        this.answers = Caffeine.newBuilder()
                .expireAfterWrite(kept)
                .maximumWeight(MOST_BYTES)
                .weigher((String key, Recent recent) -> WEIGHT + recent.body.length)
                .build();
    }

    /** What a request, known by its digest, was answered. */
    record Recent(String request, int status, byte[] body) {
        void send(Context context) {
            context.status(status);
            if (body.length > 0) {
                context.contentType("application/json");
                context.result(body);
            }
        }
    }

    Optional<Recent> find(String key) {
        return Optional.ofNullable(answers.getIfPresent(key));
    }

    /** Keeps the answer that stands ready to be sent. */
    void remember(String key, String request, Context context) throws IOException {
        @Nullable InputStream result = context.resultInputStream();
        byte[] body = new byte[0];
        if (result != null) {
            body = result.readAllBytes();
            context.result(body);
        }
        answers.put(key, new Recent(request, context.statusCode(), body));
    }

    void remember(String key, String request, Errors.Failure failure) {
        answers.put(key, new Recent(request, failure.status(), failure.body()));
    }
}
