package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command whose output is lost has not done what it was asked. */
class OutputIT {
    @TempDir
    private Path folder;

    private ServerProcess run(String script, String... arguments) {
        return FirnServer.runInScript(script, folder.resolve("logs"), arguments);
    }

    @Test
    void onAFullDisk() {
        Path data = folder.resolve("data");
        FirnServer.start(data).close();
        String[] add = {"webhook", "add", "http://127.0.0.1:9", "--data", data.toString()};
        try (ServerProcess process = run("exec \"$@\" >/dev/full", add)) {
            assertThat(process.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(process.stderr()).isEqualTo("firn: cannot write the output\n");
        }
    }

    /** As before {@code head}, which ends when it has enough. */
    @Test
    void intoAPipeThatNobodyReadsAnyMore() {
        try (ServerProcess process = run("\"$@\" | true; exit \"${PIPESTATUS[0]}\"", "--help")) {
            assertThat(process.awaitExit(Duration.ofSeconds(60))).isZero();
            assertThat(process.stderr()).isEmpty();
        }
    }
}
