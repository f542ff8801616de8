package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import dev.firn.conformance.port.disk.SmallDisk;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that cannot succeed ends with one clear line. */
class RefusedStartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void portInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            checkRefusal(start(port, folder.resolve("data")), String.valueOf(port));
        }
    }

    @Test
    void portThatIsNone() {
        ServerProcess process = FirnServer.run(
                Map.of(),
                folder,
                "serve",
                "--port",
                "99999",
                "--data",
                folder.resolve("d").toString());
        try (process) {
            assertThat(process.awaitExit(PATIENCE)).isNotZero();
            assertThat(process.stderr()).contains("99999").doesNotContain("\tat ");
        }
    }

    @Test
    void dataPathIsAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "not a folder");
        checkRefusal(start(Ports.free(), file), file.toString());
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void dataFolderCannotBeMade() {
        // Nobody, root included, makes folders there.
        Path data = Path.of("/proc/firn-data");
        ServerProcess process = FirnServer.run(
                Map.of(), folder, "serve", "--port", String.valueOf(Ports.free()), "--data", data.toString());
        checkRefusal(process, data.toString());
    }

    @Test
    void databaseOfANewerVersion() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("kept").expect(200);
        }
        sql(data, "PRAGMA user_version = 9999");
        byte[] state = Files.readAllBytes(data.resolve("firn.db"));
        checkRefusal(start(Ports.free(), data), "newer");
        assertThat(data.resolve("firn.db")).hasBinaryContent(state);
    }

    @Test
    void warehouseThatIsNotThere() throws Exception {
        checkRefusalWithoutTheWarehouse(dataWithATable());
    }

    /** What the state could write again by itself, it would write below the mount point and forget. */
    @Test
    void warehouseThatIsNotThereAfterACrash() throws Exception {
        Path data = dataWithATable();
        try (FirnServer server = FirnServer.start(data)) {
            server.client().commit("n", "t", Changes.set("k", "v")).expect(200);
            server.process().kill();
        }
        checkRefusalWithoutTheWarehouse(data);
    }

    @Test
    void stateThatHasLostItsContent() throws Exception {
        Path data = dataWithATable();
        Files.write(data.resolve("firn.db"), new byte[0]);
        checkRefusal(start(Ports.free(), data), "has no content");
        Files.delete(data.resolve("firn.db"));
        try (FirnServer server = FirnServer.start(data)) {
            server.client().loadTable("n", "t").expect(404);
        }
    }

    /** As some do who think that it is left over. */
    @Test
    void secondServerWhoseOperatorHasDeletedTheLock() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer first = FirnServer.start(data)) {
            first.client().createNamespace("kept").expect(200);
            Files.delete(data.resolve("firn.db.lock"));
            checkRefusal(
                    FirnServer.launch(Ports.free(), data, Map.of(), folder.resolve("refused")),
                    "firn.db.lock deleted under a server that runs");
            assertThat(first.process().terminate()).isIn(0, 143);
        }
        try (FirnServer again = FirnServer.start(data)) {
            again.client().http().head(again.client().namespace("kept")).expect(204);
        }
    }

    @Test
    void secondServerOverALinkToTheState() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer first = FirnServer.start(data)) {
            Path other = Files.createDirectories(folder.resolve("other"));
            Files.createSymbolicLink(other.resolve("firn.db"), data.resolve("firn.db"));
            checkRefusal(
                    FirnServer.launch(Ports.free(), other, Map.of(), folder.resolve("refused")),
                    "another server is running");
            first.client().createNamespace("kept").expect(200);
        }
    }

    /** A second name has a log and a lock of its own. It may stay, as that of a backup may, as long as nobody serves both. */
    @Test
    void secondServerOverAHardLinkToTheState() throws Exception {
        Path data = folder.resolve("data");
        Path other = Files.createDirectories(folder.resolve("other"));
        try (FirnServer first = FirnServer.start(data)) {
            Files.createLink(other.resolve("firn.db"), data.resolve("firn.db"));
            checkRefusal(
                    FirnServer.launch(Ports.free(), other, Map.of(), folder.resolve("refused")),
                    "open by another name");
            first.client().createNamespace("kept").expect(200);
            assertThat(first.process().terminate()).isIn(0, 143);
        }
        try (FirnServer again = FirnServer.start(data)) {
            again.client().http().head(again.client().namespace("kept")).expect(204);
        }
    }

    @Test
    void databaseThatIsNone() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("firn.db"), "this is no database, but long enough ".repeat(99));
        checkRefusal(start(Ports.free(), data), "firn.db");
    }

    /** Whoever opens it would wait for ever for somebody who writes to it. */
    @ParameterizedTest
    @ValueSource(strings = {"firn.db", "firn.db-wal", "firn.db-shm", "firn.db-journal", "firn.db.lock"})
    void aPipeInThePlaceOfAPartOfTheState(String part) throws Exception {
        Path data = dataWithATable();
        Path pipe = data.resolve(part);
        Path aside = folder.resolve("aside");
        boolean isThere = Files.exists(pipe);
        if (isThere) {
            Files.move(pipe, aside);
        }
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        checkRefusal(start(Ports.free(), data), pipe + " is a pipe, a device or a socket, not a file");
        if (!part.endsWith(".lock")) {
            assertThat(FirnCommand.run(folder, "doctor", "--data", data.toString())
                            .expectFailure())
                    .contains(pipe + " is a pipe");
        }
        Files.delete(pipe);
        if (isThere) {
            Files.move(aside, pipe);
        }
        try (FirnServer server = FirnServer.start(data)) {
            server.client().loadTable("n", "t").expect(200);
        }
    }

    /** The doctor can still look at it. */
    @Test
    void readOnlyDisk() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder, 8 << 20, 0)) {
            Path data = disk.folder().resolve("da ta?");
            try (FirnServer server = FirnServer.start(data, Map.of(), folder.resolve("logs"))) {
                server.client().createNamespace("kept").expect(200);
                server.client().createTable("kept", "t").expect(200);
                assertThat(server.process().terminate()).isIn(0, 143);
            }
            disk.makeReadOnly();
            checkRefusal(
                    FirnServer.launch(Ports.free(), data, Map.of(), folder.resolve("refused")),
                    "cannot write to the folder " + data);
            FirnCommand doctor = FirnCommand.run(folder, "doctor", "--data", data.toString());
            assertThat(doctor.out())
                    .contains("cannot be read and written by", "1 tables, 0 dropped ones", "database: no damage");
        }
    }

    @Test
    void secondServerOnTheSameData() {
        Path data = folder.resolve("data");
        try (FirnServer first = FirnServer.start(data)) {
            first.client().createNamespace("kept").expect(200);
            ServerProcess second = FirnServer.run(
                    Map.of(),
                    folder.resolve("second-logs"),
                    "serve",
                    "--port",
                    String.valueOf(Ports.free()),
                    "--data",
                    data.toString());
            checkRefusal(second, data.toString());
            first.client().http().head(first.client().namespace("kept")).expect(204);
        }
    }

    /** And the start once it is there again. */
    private void checkRefusalWithoutTheWarehouse(Path data) throws Exception {
        Path warehouse = data.resolve("warehouse");
        Path away = Files.move(warehouse, folder.resolve("away"));
        checkRefusal(start(Ports.free(), data), "is empty, but the state names 1 metadata files");
        Files.delete(warehouse);
        Files.move(away, warehouse);
        try (FirnServer server = FirnServer.start(data)) {
            server.client().loadTable("n", "t").expect(200);
        }
    }

    /** The folder of a server that has ended. */
    private Path dataWithATable() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        return data;
    }

    private static void sql(Path data, String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    private static ServerProcess start(int port, Path data) {
        return FirnServer.launch(port, data, Map.of());
    }

    private static void checkRefusal(ServerProcess process, String mentioned) {
        try (process) {
            assertThat(process.awaitExit(PATIENCE)).as(process.log()).isNotZero();
            assertThat(process.stderr().strip().lines()).as(process.log()).hasSize(1);
            assertThat(process.stderr()).containsIgnoringCase(mentioned);
            assertThat(process.log()).doesNotContain("\tat ", "Exception");
        }
    }
}
