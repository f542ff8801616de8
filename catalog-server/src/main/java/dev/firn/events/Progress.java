package dev.firn.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the deliveries of a webhook go, since the server has started.
 *
 * @param lastSuccess when something was delivered last; null if nothing has been
 * @param failures how often the delivery that is under way has failed
 * @param lastFailure why it failed last; null if nothing has failed since the last success
 * @param nextTry when it is tried again; null if it does not wait
 */
public record Progress(
        @Nullable Instant lastSuccess,
        int failures,
        @Nullable String lastFailure,
        @Nullable Instant nextTry) {
    /** Nothing has happened yet. */
    public static final Progress NONE = new Progress(null, 0, null, null);

    Progress succeeded(Instant now) {
        return new Progress(now, 0, null, null);
    }

    Progress failed(String failure, Instant next) {
        return new Progress(lastSuccess, failures + 1, failure, next);
    }

    Progress gone() {
        return new Progress(lastSuccess, failures, lastFailure, null);
    }
}
