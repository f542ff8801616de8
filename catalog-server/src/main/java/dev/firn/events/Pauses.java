package dev.firn.events;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long to wait before a failed delivery is tried again: twice as long each time, up to a limit, and never exactly as long as others do. */
final class Pauses {
    private static final long FIRST_MILLIS = 1_000;
    private static final int MOST_DOUBLINGS = 30;

    private final long longestMillis;

    Pauses(Duration longest) {
        this.longestMillis = longest.toMillis();
    }

    /**
     * The pause after some failures in a row.
     *
     * @param failures at least 1
     * @param wanted the least that the receiver asked for; null if it did not
     */
    Duration after(int failures, @Nullable Duration wanted) {
        long doubled = FIRST_MILLIS << Math.min(failures - 1, MOST_DOUBLINGS);
        long most = Math.min(doubled, longestMillis);
        Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        return wanted == null || wanted.compareTo(pause) < 0 ? pause : wanted;
    }
}
