package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command reaches the state, whether a server runs on it or not, here or elsewhere, open or with tokens. */
class ConnectionIT {
    @TempDir
    private Path folder;

    private FirnCommand dropped(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "dropped";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return FirnCommand.run(folder, arguments);
    }

    private static void dropATable(CatalogClient client) {
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        client.http().delete(client.table("n", "t")).expect(204);
    }

    @Test
    void onTheFolderOfARunningServerAndOfAStoppedOne() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            dropATable(server.client());
            assertThat(dropped("--data", data.toString()).expectDone().out()).contains(" n.t ");
            assertThat(dropped("--uri", server.uri().toString()).expectDone().out())
                    .contains(" n.t ");
        }
        assertThat(dropped("--data", data.toString()).expectDone().out()).contains(" n.t ");
        try (FirnServer again = FirnServer.start(data)) {
            again.client().http().head(again.client().namespace("n")).expect(204);
        }
    }

    /** The address that it left behind is not believed. */
    @Test
    void onTheFolderOfAKilledServer() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            dropATable(server.client());
            server.process().kill();
        }
        assertThat(data.resolve("firn.db.lock")).content().contains("http://127.0.0.1:");
        assertThat(dropped("--data", data.toString()).expectDone().out()).contains(" n.t ");
    }

    @Test
    void onAServerThatWantsTokens() {
        Path data = folder.resolve("data");
        Map<String, String> credential = Map.of("FIRN_CREDENTIAL", "alice:her-secret bob:his-secret");
        try (FirnServer server = FirnServer.start(data, credential)) {
            // Whoever may read the key in the folder needs no credential.
            dropped("--data", data.toString()).expectDone();
            String uri = server.uri().toString();
            dropped("--uri", uri, "--credential", "bob:his-secret").expectDone();
            FirnCommand.run(folder, Map.of("FIRN_CREDENTIAL", "alice:her-secret", "FIRN_URI", uri), "dropped")
                    .expectDone();
            assertThat(dropped("--uri", uri).expectFailure()).contains("401", "--credential");
            assertThat(dropped("--uri", uri, "--credential", "bob:her-secret").expectFailure())
                    .doesNotContain("her-secret");
        }
        dropped("--data", data.toString()).expectDone();
    }

    @Test
    void whatCannotWorkIsSaidInOneLine() {
        Path absent = folder.resolve("absent");
        assertThat(dropped("--data", absent.toString()).expectFailure())
                .contains("there is no state in " + absent.resolve("firn.db"));
        assertThat(absent).doesNotExist();
        String nobody = "http://127.0.0.1:" + Ports.free();
        assertThat(dropped("--uri", nobody).expectFailure()).contains("cannot reach", nobody);
        assertThat(dropped("--uri", "no address").expectFailure()).contains("no address");
        FirnCommand both = dropped("--uri", nobody, "--data", absent.toString());
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("not both", "Usage:");
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            assertThat(dropped("--uri", server.uri().toString(), "--catalog", "nope")
                            .expectFailure())
                    .contains("nope");
        }
    }

    /** As one that is killed in the middle: it may have done it. */
    @Test
    void aServerThatDoesNotAnswerMayHaveDoneIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> readAndClose(silent));
            server.setDaemon(true);
            server.start();
            String uri = "http://127.0.0.1:" + silent.getLocalPort();
            assertThat(FirnCommand.run(folder, "undrop", "n.t", "--uri", uri).expectFailure())
                    .contains("no answer came from the server at " + uri)
                    .endsWith("it is not known whether it is done");
            assertThat(dropped("--uri", uri).expectFailure())
                    .contains("no answer came from the server at " + uri)
                    .doesNotContain("known");
        }
    }

    private static void readAndClose(ServerSocket silent) {
        while (!silent.isClosed()) {
            try (Socket client = silent.accept()) {
                client.getInputStream().read(new byte[8192]);
            } catch (IOException e) {
                // The test is over, or the next client comes.
                continue;
            }
        }
    }

    @Test
    void aSecondServerNamesTheFirst() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer first = FirnServer.start(data)) {
            try (ServerProcess second = FirnServer.run(
                    Map.of(),
                    Files.createTempDirectory(folder, "second"),
                    "serve",
                    "--port",
                    "0",
                    "--data",
                    data.toString())) {
                assertThat(second.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
                assertThat(second.stderr().lines()).hasSize(1);
                assertThat(second.stderr()).contains(first.uri().toString(), data.toString());
            }
            assertThat(first.client().createNamespace("served").status()).isEqualTo(200);
        }
        assertThat(data.resolve("firn.db.lock")).isEmptyFile();
    }
}
