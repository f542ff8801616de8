package dev.firn.conformance.port.retention;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what happens in the background. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Eventually() {}

    /** Returns as soon as it is so; a failure that shows {@code instead} if it never is. */
    static void become(BooleanSupplier condition, Supplier<Object> instead) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Still " + instead.get());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
