package dev.firn.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailureLogTest {
    private long now = Long.MAX_VALUE - 5;
    private final FailureLog log = new FailureLog(() -> now);

    private static Exception full(String file) {
        return new UncheckedIOException("Cannot write " + file, new IOException("No space left on device"));
    }

    private static Exception broken() {
        return new UncheckedIOException("Cannot read", new IOException("Input/output error"));
    }

    @Test
    void showsTheStackOfEachKindOnceInAMinute() {
        assertThat(log.showsStack(full("a"))).isTrue();
        assertThat(log.showsStack(full("b"))).isFalse();
        assertThat(log.showsStack(broken())).isTrue();
        now += TimeUnit.SECONDS.toNanos(59);
        assertThat(log.showsStack(full("c"))).isFalse();
        now += TimeUnit.SECONDS.toNanos(2);
        assertThat(log.showsStack(full("d"))).isTrue();
        assertThat(log.showsStack(full("e"))).isFalse();
    }

    @Test
    void keepsNoMoreThanAThousandKinds() {
        for (int kind = 0; kind < 1_000; kind++) {
            assertThat(log.showsStack(at(kind))).isTrue();
        }
        assertThat(log.showsStack(at(1_000))).isFalse();
        now += TimeUnit.MINUTES.toNanos(1);
        assertThat(log.showsStack(at(1_000))).isTrue();
        assertThat(log.showsStack(at(0))).isTrue();
    }

    private static Exception at(int line) {
        Exception failure = new IllegalStateException();
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("Class", "method", "Class.java", line)});
        return failure;
    }
}
