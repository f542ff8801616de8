package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one restore has written again is to be had after the next one. */
class RestoredTwiceIT {
    @TempDir
    private Path folder;

    /** An old version names the file, so who looks only for what was noted lately takes it for nobody's. */
    @Test
    void aFileThatARestoreHasWrittenAgainStays() throws Exception {
        Path data = folder.resolve("data");
        Path file;
        byte[] before;
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            byte[] early = backup(client);
            file = Path.of(URI.create(client.createTable("n", "t")
                    .expect(200)
                    .json()
                    .get("metadata-location")
                    .asText()));
            byte[] late = backup(client);
            restore(client, early);
            // As in a power cut: nobody syncs it any more.
            Files.delete(file);
            restore(client, late);
            client.createTable("n", "other").expect(200);
            String copy = restore(client, early).json().get("before").asText();
            before = Files.readAllBytes(Path.of(copy));
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(file).exists();
            restore(server.client(), before);
            server.client().loadTable("n", "t").expect(200);
            server.client().loadTable("n", "other").expect(200);
        }
    }

    private static byte[] backup(CatalogClient client) {
        return client.http().get("/api/v1/backup").expect(200).response().body();
    }

    private static Answer restore(CatalogClient client, byte[] backup) {
        return client.http()
                .send("POST", "/api/v1/restore", backup, "Content-Type", "application/vnd.sqlite3")
                .expect(200);
    }
}
