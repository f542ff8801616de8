package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup becomes the state only if its bytes are those that were written. */
class DamagedBackupIT {
    private static final int PLACES = 300;
    private static final int HEADER = 100;

    @TempDir
    private Path folder;

    private FirnCommand firn(String... arguments) {
        return FirnCommand.run(folder, arguments);
    }

    @Test
    void anyBitThatIsAnotherIsNoticed() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            byte[] backup = backupOfSomeTables(client);
            client.createTable("n", "late").expect(200);
            JsonNode changes = changes(client);
            TreeSet<Integer> places = new TreeSet<>();
            for (int i = 0; i < PLACES; i++) {
                places.add((int) ((long) backup.length * i / PLACES));
            }
            for (int i = 0; i < HEADER; i++) {
                places.add(i);
            }
            for (int i = wholePages(backup) - 1; i < backup.length; i++) {
                places.add(i);
            }
            for (int place : places) {
                byte[] damaged = backup.clone();
                damaged[place] ^= (byte) (1 << place % Byte.SIZE);
                Answer answer = restore(client, damaged);
                assertThat(answer.status()).as("another bit in byte %d", place).isEqualTo(400);
            }
            byte[] zeros = backup.clone();
            Arrays.fill(zeros, backup.length - 4096, backup.length, (byte) 0);
            assertThat(restore(client, zeros).expect(400).text()).contains("damaged");
            assertThat(restore(client, Arrays.copyOf(backup, backup.length + 1))
                            .expect(400)
                            .text())
                    .contains("damaged");
            assertThat(changes(client)).isEqualTo(changes);
            client.loadTable("n", "late").expect(200);

            restore(client, backup).expect(200);
            client.loadTable("n", "late").expect(404);
        }
    }

    @Test
    void theCommandNamesTheFileAndNothingHasChanged() throws Exception {
        Path data = folder.resolve("data");
        byte[] backup;
        JsonNode changes;
        try (FirnServer server = FirnServer.start(data)) {
            backup = backupOfSomeTables(server.client());
            changes = changes(server.client());
        }
        Path file = folder.resolve("bad.backup");
        byte[] damaged = backup.clone();
        damaged[placeOfRowData(damaged)] ^= 1;
        Files.write(file, damaged);
        assertThat(firn("restore", file.toString(), "--data", data.toString()).expectFailure())
                .contains(file.toString(), "damaged", "not those that were written")
                .hasLineCount(1);
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(changes(server.client())).isEqualTo(changes);
            assertThat(firn("restore", file.toString(), "--data", data.toString())
                            .expectFailure())
                    .contains(file.toString(), "damaged");
            assertThat(changes(server.client())).isEqualTo(changes);
        }
    }

    /** Until now nothing stood behind its last page. */
    @Test
    void aBackupOfAnEarlierVersionIsRestored() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            byte[] backup = backupOfSomeTables(client);
            byte[] earlier = Arrays.copyOf(backup, wholePages(backup));
            assertThat(earlier.length).isLessThan(backup.length);
            client.createTable("n", "late").expect(200);
            restore(client, earlier).expect(200);
            client.loadTable("n", "late").expect(404);
        }
    }

    @Test
    void aBackupMayBeReadCopiedAndRenamed() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            Path file = Files.write(folder.resolve("state.backup"), backupOfSomeTables(client));
            client.createTable("n", "late").expect(200);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = connection.createStatement()) {
                assertThat(text(statement, "pragma integrity_check")).isEqualTo("ok");
                assertThat(text(statement, "select count(*) from entry_version where to_change is null"))
                        .isNotEqualTo("0");
            }
            Path renamed = Files.move(Files.copy(file, folder.resolve("copy")), folder.resolve("renamed"));
            firn("restore", renamed.toString(), "--data", data.toString()).expectDone();
            client.loadTable("n", "late").expect(404);
        }
    }

    /** Its bytes become others with the next change; no sum of what they were may keep a copy from being restored. */
    @Test
    void aBackupInThePlaceOfTheStateIsAState() throws Exception {
        Path data = folder.resolve("data");
        byte[] backup;
        try (FirnServer server = FirnServer.start(data)) {
            backup = backupOfSomeTables(server.client());
        }
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.write(other.resolve("firn.db"), backup);
        Map<String, String> warehouse =
                Map.of("FIRN_WAREHOUSE", data.resolve("warehouse").toString());
        try (FirnServer server = FirnServer.start(other, warehouse)) {
            server.client().createNamespace("later").expect(200);
        }
        Path copy = Files.copy(other.resolve("firn.db"), folder.resolve("copy"));
        firn("restore", copy.toString(), "--data", data.toString()).expectDone();
        try (FirnServer server = FirnServer.start(data)) {
            server.client().http().head(server.client().namespace("later")).expect(204);
        }
    }

    @Test
    void whatIsKeptAtARestoreIsHeldAgainstItsSumToo() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            byte[] backup = backupOfSomeTables(client);
            client.createTable("n", "late").expect(200);
            Path before = Path.of(
                    restore(client, backup).expect(200).json().get("before").asText());
            byte[] kept = Files.readAllBytes(before);
            byte[] damaged = kept.clone();
            damaged[placeOfRowData(damaged)] ^= 1;
            assertThat(restore(client, damaged).expect(400).text()).contains("damaged");
            restore(client, kept).expect(200);
            client.loadTable("n", "late").expect(200);
        }
    }

    private static byte[] backupOfSomeTables(CatalogClient client) {
        client.createNamespace("n").expect(200);
        for (int i = 0; i < 20; i++) {
            client.createTable("n", "t" + i).expect(200);
            client.commit("n", "t" + i, Changes.set("k", "v".repeat(100))).expect(200);
        }
        return client.http().get("/api/v1/backup").expect(200).response().body();
    }

    private static Answer restore(CatalogClient client, byte[] file) {
        return client.http().send("POST", "/api/v1/restore", file, "Content-Type", "application/vnd.sqlite3");
    }

    private static JsonNode changes(CatalogClient client) {
        return client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000")
                .expect(200)
                .json();
    }

    /** How many bytes its pages have: SQLite says in its header how many there are, and how large. */
    private static int wholePages(byte[] database) {
        ByteBuffer header = ByteBuffer.wrap(database);
        return header.getInt(28) * header.getShort(16);
    }

    /** In the name of an operation, of which SQLite knows nothing. */
    private static int placeOfRowData(byte[] database) {
        byte[] name = "create-table".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i + name.length < database.length; i++) {
            if (Arrays.equals(database, i, i + name.length, name, 0, name.length)) {
                return i;
            }
        }
        throw new AssertionError("There is no change in the backup");
    }

    private static String text(Statement statement, String query) throws Exception {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.getString(1);
        }
    }
}
