package dev.firn.store.sql;

import java.time.Clock;

/** A clock that nobody can set: what the machine's showed at the start of the process, and from then on the time that has passed. For lifetimes that must not end early. */
final class SteadyClock {
    private final long startMillis;
    private final long startNanos = System.nanoTime();

    /** Begins with what this one shows. */
    SteadyClock(Clock clock) {
        this.startMillis = clock.millis();
    }

    /** Milliseconds since 1970, as far as the machine's clock was right at the start. */
    long millis() {
        return startMillis + (System.nanoTime() - startNanos) / 1_000_000;
    }
}
