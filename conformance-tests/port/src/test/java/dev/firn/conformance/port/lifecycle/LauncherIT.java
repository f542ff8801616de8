package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the checkout that the jar under test was built in. */
class LauncherIT {
    @TempDir
    private Path folder;

    /** As in cron jobs and containers. */
    @Test
    void namesAndPathsBeyondAsciiAreUnderstoodWithoutALocale() throws Exception {
        assumeTrue(
                System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8"),
                "these tests run without a locale themselves");
        Path launcher = FirnServer.jar().resolve("../../../firn").normalize();
        assumeTrue(Files.isExecutable(launcher), "the jar under test is not in a checkout");
        Path data = folder.resolve("dätä");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("ünï").expect(200);
            client.createTable("ünï", "tä").expect(200);
            client.http().delete(client.table("ünï", "tä")).expect(204);
        }
        List<String> command = new ArrayList<>(List.of("env", "-i", "JAVA_HOME=" + System.getProperty("java.home")));
        List.of("PATH", "HOME").forEach(name -> command.add(name + "=" + System.getenv(name)));
        command.addAll(List.of(launcher.toString(), "undrop", "ünï.tä", "--data", data.toString()));

        try (ServerProcess process = ServerProcess.start(command, Map.of(), folder.resolve("logs"))) {
            assertThat(process.awaitExit(Duration.ofSeconds(60)))
                    .as(process.stderr())
                    .isZero();
            assertThat(process.stdout()).contains("table ünï.tä is back");
        }
    }
}
