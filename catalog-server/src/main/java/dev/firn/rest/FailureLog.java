package dev.firn.rest;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that failed: each in a line, with the stack only of the first of its kind in a minute. A full disk fails every request, and the log stands on a
 * disk, too.
 */
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    /** More kinds than a server has; beyond them stacks are left out until the older are forgotten. */
    private static final int MOST_KINDS = 1_000;

    private final ConcurrentMap<String, Long> shown = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** By this clock. */
    FailureLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Logs that a request failed. */
    void add(Object method, String path, Exception failure) {
        if (showsStack(failure)) {
            LOG.error("{} {} failed", method, path, failure);
        } else {
            LOG.error("{} {} failed: {}", method, path, failure.toString());
        }
    }

    /** Whether none of its kind was shown in the last minute; if so, this one counts as shown. */
    boolean showsStack(Exception failure) {
        long now = nanos.getAsLong();
        if (shown.size() >= MOST_KINDS) {
            shown.values().removeIf(at -> now - at >= PAUSE);
            if (shown.size() >= MOST_KINDS) {
                return false;
            }
        }
        boolean[] first = {false};
        shown.compute(kind(failure), (kind, at) -> {
            first[0] = at == null || now - at >= PAUSE;
            return first[0] ? Long.valueOf(now) : at;
        });
        return first[0];
    }

    /** What failed for the same reason at the same place: the class and the place of the innermost cause. */
    private static String kind(Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        StackTraceElement[] stack = cause.getStackTrace();
        return cause.getClass().getName() + (stack.length == 0 ? "" : " " + stack[0]);
    }
}
