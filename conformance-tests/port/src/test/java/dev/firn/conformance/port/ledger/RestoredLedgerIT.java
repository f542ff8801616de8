package dev.firn.conformance.port.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger after a restore: two changes that stay, two that are undone, and the restore itself. */
class RestoredLedgerIT {
    private static final String CHANGES = "/api/v1/catalogs/main/changes";

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;
    private Subscriber since;

    @BeforeEach
    void restore() throws Exception {
        String data = folder.resolve("data").toString();
        String backup = folder.resolve("state.backup").toString();
        server = FirnServer.start(folder.resolve("data"));
        client = server.client();
        since = Subscriber.connect(server.uri());
        client.createNamespace("n").expect(200);
        client.createTable("n", "kept").expect(200);
        FirnCommand.run(folder, "backup", backup, "--data", data).expectDone();
        client.createTable("n", "undone").expect(200);
        client.createTable("n", "undone2").expect(200);
        assertThat(numbers(since.next(4))).containsExactly(1L, 2L, 3L, 4L);
        FirnCommand.run(folder, "restore", backup, "--data", data).expectDone();
    }

    @AfterEach
    void stop() throws Exception {
        since.close();
        server.close();
    }

    private static List<Long> numbers(List<JsonNode> changes) {
        return changes.stream().map(change -> change.get("change").asLong()).toList();
    }

    private List<JsonNode> page(String query) {
        List<JsonNode> changes = new ArrayList<>();
        client.http().get(CHANGES + query).expect(200).json().get("changes").forEach(changes::add);
        return changes;
    }

    /** Who was told of what is undone is told of the restore; who comes afterwards is told what the pages say. */
    @Test
    void streamsTellWhatThePagesSay() throws Exception {
        assertThat(numbers(since.next(1))).containsExactly(5L);
        assertThat(numbers(page("?after=0"))).containsExactly(1L, 2L, 5L);
        try (Subscriber later = Subscriber.connect(server.uri(), "Last-Event-ID", "1")) {
            assertThat(numbers(later.next(2))).containsExactly(2L, 5L);
        }
    }

    /** It undoes changes in every namespace. */
    @Test
    void whoFollowsANamespaceLearnsOfTheRestore() {
        assertThat(numbers(page("?namespace=n&operations=restore-catalog,drop-table")))
                .containsExactly(5L);
        assertThat(numbers(page("?namespace=elsewhere"))).containsExactly(5L);
        assertThat(numbers(page("?operations=create-table"))).containsExactly(2L);
    }

    @Test
    void theStateBeforeWhatWasUndoneCanBeOpenedByName() {
        String prefix = client.http()
                .get("/v1/config?warehouse=" + CatalogClient.encode("main@change:2"))
                .expect(200)
                .json()
                .at("/overrides/prefix")
                .asText();
        assertThat(client.http()
                        .get("/v1/" + prefix + "/namespaces/n/tables")
                        .expect(200)
                        .json()
                        .at("/identifiers/0/name")
                        .asText())
                .isEqualTo("kept");
    }

    /** Who was told that changes are undone has to learn that they are not: they stand behind the change up to which the ledger stayed. */
    @Test
    void theStateBeforeARestoreIsMadeTheStateAgain() throws Exception {
        FirnCommand.run(
                        folder,
                        "restore",
                        before().toString(),
                        "--data",
                        folder.resolve("data").toString())
                .expectDone();

        JsonNode restored = since.next(2).get(1);
        assertThat(restored.at("/detail/kept-until").asLong()).isEqualTo(2);
        assertThat(restored.at("/detail/undone-until").asLong()).isEqualTo(5);
        assertThat(numbers(page("?after=2"))).containsExactly(3L, 4L, 6L);
        FirnCommand.run(folder, "doctor", "--data", folder.resolve("data").toString())
                .expectDone();
    }

    /** The row of the first goes with the second, so the second says to where the first went back. */
    @Test
    void twoRestoresAreOneForWhoWasToldOfNeither() throws Exception {
        String data = folder.resolve("data").toString();
        String before = before().toString();
        client.createTable("n", "told").expect(200);
        assertThat(numbers(page("?after=0"))).containsExactly(1L, 2L, 5L, 6L);

        FirnCommand.run(folder, "restore", before, "--data", data).expectDone();
        FirnCommand.run(folder, "restore", before, "--data", data).expectDone();

        List<JsonNode> missed = page("?after=6");
        assertThat(numbers(missed)).containsExactly(8L);
        assertThat(missed.get(0).at("/detail/kept-until").asLong()).isEqualTo(2);
        assertThat(numbers(page("?after=2"))).containsExactly(3L, 4L, 8L);
    }

    private Path before() throws IOException {
        try (DirectoryStream<Path> states =
                Files.newDirectoryStream(folder.resolve("data"), "firn.db.before-restore-*")) {
            return states.iterator().next();
        }
    }
}
