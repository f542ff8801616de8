package dev.firn.conformance.harness;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until a server answers. */
public final class Readiness {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Readiness() {}

    /** Returns when {@code GET /v1/config} answers 200, or 401 because a token is needed; fails when the process ends before. */
    public static void await(ServerProcess process, URI uri) {
        Http http = new Http(uri);
        await(process, () -> answers(http));
    }

    /** Returns when the process has written this to its standard output; fails when it ends before. Who answers at an address need not be the process that was to listen there. */
    static void awaitLine(ServerProcess process, String text) {
        await(process, () -> process.stdout().contains(text));
    }

    private static void await(ServerProcess process, BooleanSupplier ready) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended while starting\n" + process.log());
            }
            if (ready.getAsBoolean()) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new IllegalStateException("Not ready within " + PATIENCE + "\n" + process.log());
    }

    private static boolean answers(Http http) {
        try {
            int status = http.get("/v1/config").status();
            return status == 200 || status == 401;
        } catch (NoAnswerException e) {
            return false;
        }
    }
}
