package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        seed = seed == 0 ? System.nanoTime() : seed;
        System.out.println("firn.seed=" + seed);
        Random random = new Random(seed);
        Crew crew = new Crew(random);
        int acknowledged = 0;
        FirnServer server = FirnServer.start(folder());
        try {
            crew.prepare(server.client());
            for (int kill = 1; kill <= KILLS; kill++) {
                acknowledged += crew.workUntilKilled(server);
                if (random.nextInt(4) == 0) {
                    killWhileStarting(server.data(), random);
                }
                server = FirnServer.start(server.data());
                assertThat(MetadataFilesOnDisk.orphans(server.data()))
                        .as("metadata files that nothing points to")
                        .isEmpty();
                crew.check(server.client());
            }
            assertThat(ServerLog.failures(server)).isEmpty();
            assertThat(server.process().terminate()).isIn(0, 143);
            assertThat(MetadataFilesOnDisk.unfinished(server.data())).isEmpty();
        } finally {
            server.close();
        }
        System.out.println(KILLS + " kills, " + acknowledged + " acknowledged, none lost");
    }

    private static void killWhileStarting(Path data, Random random) {
        ServerProcess process = FirnServer.launch(FirnServer.freePort(), data, Map.of());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1200)));
        process.kill();
    }

    private static Path folder() throws IOException {
        // Beneath the module's build folder, where state and log stay for a look after a failure.
        Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
        return Files.createTempDirectory(build, "kill").resolve("data");
    }
}
