package dev.firn.events;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one request to a receiver.
 *
 * @param status of HTTP; 0 if there was no answer
 * @param failure why it counts as not delivered; null if it was
 * @param retryAfter how long the receiver wants to be left alone; null if it does not say
 */
public record Attempt(
        int status, @Nullable String failure, @Nullable Duration retryAfter) {
    private static final int GONE = 410;

    static Attempt answered(int status, @Nullable Duration retryAfter) {
        return new Attempt(status, status / 100 == 2 ? null : "answered " + status, retryAfter);
    }

    static Attempt unanswered(String failure) {
        return new Attempt(0, failure, null);
    }

    /** Whether the receiver took it. */
    public boolean isDelivered() {
        return failure == null;
    }

    /** Whether the receiver wants to hear no more. */
    boolean isGone() {
        return status == GONE;
    }
}
