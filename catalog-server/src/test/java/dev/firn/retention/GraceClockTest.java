package dev.firn.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class GraceClockTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    private Duration passed = Duration.ZERO;
    private Duration setBy = Duration.ZERO;
    private final GraceClock clock = new GraceClock(new Wall(), () -> passed.toNanos(), Duration.ofDays(7));

    @Test
    void clockThatNobodySets() {
        pass(Duration.ofDays(30));
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(30)));
    }

    @Test
    void clockThatIsSetForwardTakesNothingOfAGrace() {
        pass(Duration.ofDays(1));
        setBy = YEAR;
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(1)));
        pass(Duration.ofDays(6));
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(7)));
    }

    @Test
    void aGraceAfterItWasSetForwardItIsBelieved() {
        setBy = YEAR;
        clock.now();
        pass(Duration.ofDays(7));
        assertThat(clock.now()).isEqualTo(START.plus(YEAR).plus(Duration.ofDays(7)));
        pass(Duration.ofDays(1));
        assertThat(clock.now()).isEqualTo(START.plus(YEAR).plus(Duration.ofDays(8)));
    }

    @Test
    void clockThatIsPutRightAgain() {
        setBy = YEAR;
        clock.now();
        pass(Duration.ofDays(1));
        setBy = Duration.ZERO;
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(1)));
        pass(Duration.ofDays(6));
        setBy = YEAR;
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(7)));
    }

    @Test
    void clockThatIsSetBackMakesAGraceLonger() {
        setBy = Duration.ofDays(-1);
        pass(Duration.ofDays(2));
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(1)));
    }

    /** Steps that are small by themselves. */
    @Test
    void clockThatIsSetForwardAgainAndAgain() {
        for (int step = 1; step <= 600; step++) {
            setBy = Duration.ofSeconds(step);
            clock.now();
        }
        assertThat(clock.now()).isEqualTo(START);
    }

    private void pass(Duration time) {
        passed = passed.plus(time);
    }

    private final class Wall extends Clock {
        @Override
        public Instant instant() {
            return START.plus(passed).plus(setBy);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
