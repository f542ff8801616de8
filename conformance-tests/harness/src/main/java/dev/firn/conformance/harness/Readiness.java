package dev.firn.conformance.harness;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until a server answers. */
public final class Readiness {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Readiness() {}

    /** Returns when {@code GET /v1/config} answers 200, or 401 because a token is needed; fails when the process ends before. */
    public static void await(ServerProcess process, URI uri) {
        Http http = new Http(uri);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended while starting\n" + process.log());
            }
            if (answers(http)) {
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
