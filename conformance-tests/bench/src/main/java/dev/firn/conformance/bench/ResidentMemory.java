package dev.firn.conformance.bench;

import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How much memory a server occupies, in MB, as Linux tells it. */
final class ResidentMemory {
    private static final String LABEL = "VmRSS:";

    /** Longer than the period in which the launcher has a server give back what it has freed. */
    private static final Duration SETTLED = Duration.ofSeconds(12);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private ResidentMemory() {}

    /** What it occupies now. */
    static double of(ServerProcess process) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(each -> each.startsWith(LABEL))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
    }

    /** What it occupies when it gives nothing back any more, after a minute at the latest. */
    static double settled(ServerProcess process) throws IOException {
        long begin = System.nanoTime();
        long fallen = begin;
        double least = of(process);
        while (System.nanoTime() - fallen < SETTLED.toNanos() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            double now = of(process);
            if (now < least) {
                least = now;
                fallen = System.nanoTime();
            }
        }
        return of(process);
    }
}
