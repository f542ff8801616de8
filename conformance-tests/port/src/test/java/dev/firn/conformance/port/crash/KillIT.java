package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Kills the server while eight clients work, and compares after each restart. The system property
 * {@code firn.kills} says how often, {@code firn.seed} repeats the choices of a run.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("firn.kills", 10);
    /** It syncs what is left. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long SECONDS = Long.getLong("firn.seconds", 86_400);

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        seed = seed == 0 ? System.nanoTime() : seed;
        System.out.println("firn.seed=" + seed);
        Random random = new Random(seed);
        Crew crew = new Crew(random);
        int acknowledged = 0;
        int kills = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        FirnServer server = FirnServer.start(folder());
        try {
            crew.prepare(server.client());
            while (kills < KILLS && System.nanoTime() < end) {
                kills++;
                acknowledged += crew.workUntilKilled(server);
                if (random.nextInt(4) == 0) {
                    killWhileStarting(server.data(), random);
                }
                server = FirnServer.start(server.data(), syncing(random));
                assertThat(MetadataFilesOnDisk.orphans(server.data()))
                        .as("metadata files that nothing points to")
                        .isEmpty();
                crew.check(server.client());
            }
            assertThat(ServerLog.failures(server)).isEmpty();
            assertThat(server.process().terminate(PATIENCE)).isIn(0, 143);
            assertThat(MetadataFilesOnDisk.unfinished(server.data())).isEmpty();
        } finally {
            server.close();
        }
        System.out.println(kills + " kills, " + acknowledged + " acknowledged, none lost");
    }

    /** Files wait half a minute to be synced, which is longer than most servers live here; what is not synced is looked at by each start, so some sync sooner. */
    private static Map<String, String> syncing(Random random) {
        return random.nextInt(4) == 0 ? Map.of() : Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=300");
    }

    private static void killWhileStarting(Path data, Random random) {
        ServerProcess process = FirnServer.launch(Ports.free(), data, Map.of());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1200)));
        process.kill();
    }

    private static Path folder() throws IOException {
        // Beneath the module's build folder, where state and log stay for a look after a failure.
        Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
        return Files.createTempDirectory(build, "kill").resolve("data");
    }
}
