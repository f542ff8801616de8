package dev.firn.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time by which the end of a grace is told. A machine's clock can be set forward by years in an instant, and what could still come back, or be looked at, must
 * not be deleted then: the clock is believed as far as time has really passed, and again once a whole grace has passed since it was set.
 */
final class GraceClock {
    private static final Logger LOG = LoggerFactory.getLogger(GraceClock.class);

    /** What the clock may be ahead by without having been set. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Duration grace;
    private Instant believed;
    private long believedAt;
    private boolean ahead;
    private long aheadSince;

    /**
     * Believes what the clock shows now.
     *
     * @param nanoTime time that passes, as {@link System#nanoTime}
     * @param grace how long a clock that was set forward is not believed
     */
    GraceClock(Clock clock, LongSupplier nanoTime, Duration grace) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.grace = grace;
        believe(clock.instant(), nanoTime.getAsLong());
    }

    /** The time. To be asked now and then, so that it is known when the clock was set. */
    Instant now() {
        long nanos = nanoTime.getAsLong();
        Instant shown = clock.instant();
        Instant passed = believed.plusNanos(nanos - believedAt);
        Duration surplus = Duration.between(passed, shown);
        if (surplus.compareTo(TOLERANCE) <= 0) {
            ahead = false;
            return shown;
        }
        if (!ahead) {
            ahead = true;
            aheadSince = nanos;
            LOG.info(
                    "The clock is ahead of the time that has passed by {}: it was set forward, or the machine slept. What is to be deleted waits as if it had not, for {} at the most",
                    surplus,
                    grace);
        }
        if (Duration.ofNanos(nanos - aheadSince).compareTo(grace) >= 0) {
            believe(shown, nanos);
            return shown;
        }
        return passed;
    }

    private void believe(Instant shown, long nanos) {
        believed = shown;
        believedAt = nanos;
        ahead = false;
    }
}
