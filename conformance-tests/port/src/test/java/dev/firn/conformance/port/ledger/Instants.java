package dev.firn.conformance.port.ledger;

import java.time.Instant;

/** Moments between two requests. */
final class Instants {
    private Instants() {}

    /** A moment that is later than all that has been answered, and earlier than all that is asked after this returns. */
    static Instant between() {
        // Times are kept in milliseconds: what happens in the same one is not apart.
        long then = nextMillisecond();
        nextMillisecond();
        return Instant.ofEpochMilli(then);
    }

    private static long nextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
        return now + 1;
    }
}
