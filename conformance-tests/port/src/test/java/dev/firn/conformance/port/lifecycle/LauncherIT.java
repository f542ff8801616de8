package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher at the top of the checkout. */
class LauncherIT {
    /** The names are spelt in octal, as the Java that starts this may have no locale for them itself. */
    private static final String UNDROP_WITHOUT_A_LOCALE = """
        link="$(dirname "$2")/$(printf 'd\\303\\244t\\303\\244')"
        ln -s "$2" "$link"
        exec env -i JAVA_HOME="$3" PATH="$PATH" HOME="$HOME" \\
            "$1" undrop "$(printf '\\303\\274n\\303\\257.t\\303\\244')" --data "$link"
        """;

    @TempDir
    private Path folder;

    /** As in cron jobs and containers. */
    @Test
    void namesAndPathsBeyondAsciiAreUnderstoodWithoutALocale() throws Exception {
        Path launcher = Path.of("../../firn").toRealPath();
        assertThat(launcher).isExecutable();
        Path data = Files.createDirectory(folder.resolve("data"));
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("ünï").expect(200);
            client.createTable("ünï", "tä").expect(200);
            client.http().delete(client.table("ünï", "tä")).expect(204);
        }
        List<String> command = List.of(
                "bash",
                "-c",
                UNDROP_WITHOUT_A_LOCALE,
                "undrop",
                launcher.toString(),
                data.toString(),
                System.getProperty("java.home"));

        try (ServerProcess process = ServerProcess.start(command, Map.of(), folder.resolve("logs"))) {
            assertThat(process.awaitExit(Duration.ofSeconds(60)))
                    .as(process.stderr())
                    .isZero();
            assertThat(process.stdout()).contains("table ünï.tä is back");
        }
    }

    /** With it, {@code cd} says where it goes, and may go elsewhere. */
    @Test
    void isFoundByARelativePathWithCdpath() throws Exception {
        Path checkout = Path.of("../..").toRealPath();
        String script = "cd \"$1/..\" && export CDPATH=.:/ && exec \"$2/firn\" --help";
        List<String> command = List.of(
                "bash",
                "-c",
                script,
                "cdpath",
                checkout.toString(),
                checkout.getFileName().toString());

        try (ServerProcess process = ServerProcess.start(command, Map.of(), folder.resolve("logs"))) {
            assertThat(process.awaitExit(Duration.ofSeconds(60)))
                    .as(process.stderr())
                    .isZero();
            assertThat(process.stdout()).contains("serve");
        }
    }
}
