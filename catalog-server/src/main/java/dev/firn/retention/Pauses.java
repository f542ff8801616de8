package dev.firn.retention;

import java.time.Duration;

/** How long to wait between rounds. */
final class Pauses {
    private static final Duration SHORTEST = Duration.ofMillis(200);

    private Pauses() {}

    /** So long, but neither shorter than makes sense, where all is to be done at once, nor longer than that. */
    static Duration between(Duration wanted, Duration longest) {
        if (wanted.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return wanted.compareTo(longest) > 0 ? longest : wanted;
    }
}
