package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server ends when it is told to, and what it held is there at the next start. */
class EndIT {
    @TempDir
    private Path folder;

    @Test
    void terminated() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            client.createView("n", "v").expect(200);

            assertThat(server.process().terminate()).isIn(0, 143);
            assertThat(server.process().log()).doesNotContain("\tat ", "Exception");
        }
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.loadTable("n", "t").expect(200);
            client.http().get(client.view("n", "v")).expect(200);
        }
    }

    @Test
    void killedWithoutLoad() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            server.client().createNamespace("n").expect(200);
            try (FirnServer again = server.killAndRestart()) {
                again.client().http().head(again.client().namespace("n")).expect(204);
            }
        }
    }
}
