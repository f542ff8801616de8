package dev.firn.conformance.port.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup becomes the state: who is told of changes does not go back with it. */
class RestoredWebhooksIT {
    @TempDir
    private Path folder;

    private FirnServer server;
    private WebhookClient client;
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        startServer("data");
        receiver = Receiver.start();
        client.catalog().createNamespace("n").expect(200);
    }

    private void startServer(String data) {
        server = FirnServer.start(folder.resolve(data));
        client = new WebhookClient(server.client());
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
    }

    private void firn(String command, String data) {
        FirnCommand.run(
                        folder,
                        command,
                        folder.resolve("state.backup").toString(),
                        "--data",
                        folder.resolve(data).toString())
                .expectDone();
    }

    private JsonNode list() {
        return client.catalog()
                .http()
                .get(WebhookClient.PATH)
                .expect(200)
                .json()
                .get("webhooks");
    }

    private void remove(JsonNode webhook) {
        client.catalog()
                .http()
                .delete(WebhookClient.PATH + "/" + webhook.get("id").asLong())
                .expect(204);
    }

    @Test
    void oneThatWasAddedSinceIsToldOfTheRestoreAndCanBeRemoved() throws Exception {
        firn("backup", "data");
        JsonNode webhook = client.add(receiver.url());
        client.catalog().createTable("n", "undone").expect(200);
        client.awaitNothingBehind(webhook);

        firn("restore", "data");

        client.awaitNothingBehind(webhook);
        assertThat(receiver.delivered())
                .extracting(delivered -> delivered.data().get("operation").asText())
                .containsExactly("create-table", "restore-catalog");
        remove(webhook);
        try (Receiver other = Receiver.start()) {
            JsonNode next = client.add(other.url());
            assertThat(next.get("id").asLong()).isGreaterThan(webhook.get("id").asLong());
            client.catalog().createTable("n", "later").expect(200);
            client.awaitNothingBehind(next);
            assertThat(other.changes()).hasSize(1);
        }
        assertThat(receiver.delivered()).hasSize(2);
    }

    @Test
    void oneThatWasRemovedSinceStaysRemoved() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        firn("backup", "data");
        remove(webhook);

        firn("restore", "data");
        server.close();
        startServer("data");

        assertThat(list()).isEmpty();
        try (Receiver other = Receiver.start()) {
            JsonNode next = client.add(other.url());
            client.catalog().createTable("n", "t").expect(200);
            client.awaitNothingBehind(next);
        }
        assertThat(receiver.delivered()).isEmpty();
    }

    @Test
    void aStateThatHasLostAllTakesThoseOfTheBackup() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        firn("backup", "data");
        client.catalog().createTable("n", "lost").expect(200);
        client.awaitNothingBehind(webhook);
        server.process().kill();
        Files.delete(folder.resolve("data/firn.db-wal"));
        startServer("data");
        assertThat(list()).isEmpty();

        firn("restore", "data");
        client.awaitNothingBehind(webhook);

        assertThat(receiver.delivered())
                .extracting(delivered -> delivered.data().get("operation").asText())
                .containsExactly("create-table", "restore-catalog");
        assertThat(receiver.changes()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anEmptyStateTakesThoseOfTheBackupAndKeepsTheirSecrets() throws Exception {
        JsonNode webhook = client.add(receiver.url());
        firn("backup", "data");
        server.close();
        startServer("other");

        firn("restore", "other");
        client.catalog().createTable("n", "t").expect(200);
        client.awaitNothingBehind(webhook);

        assertThat(receiver.delivered())
                .extracting(delivered -> delivered.data().get("operation").asText())
                .containsExactly("restore-catalog", "create-table");
        assertOnlyOwnerReads(folder.resolve("state.backup"));
        firn("restore", "other");
        int before = 0;
        try (DirectoryStream<Path> states = Files.newDirectoryStream(folder.resolve("other"), "firn.db*")) {
            for (Path state : states) {
                if (!state.toString().endsWith(".new-files")
                        && !state.toString().endsWith(".lock")) {
                    assertOnlyOwnerReads(state);
                    before += state.toString().contains("before-restore") ? 1 : 0;
                }
            }
        }
        assertThat(before).isEqualTo(1);
    }

    private static void assertOnlyOwnerReads(Path file) throws IOException {
        assertThat(Files.getPosixFilePermissions(file))
                .as(file.toString())
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
}
