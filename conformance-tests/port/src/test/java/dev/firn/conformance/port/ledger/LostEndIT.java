package dev.firn.conformance.port.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of the state is lost with its log, after somebody was told of it: who follows the changes is led to what is there. */
class LostEndIT {
    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;
    private final Mirror mirror = new Mirror();

    @BeforeEach
    void start() {
        server = FirnServer.start(folder.resolve("data"));
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void killAndLoseTheLog() throws IOException {
        server.process().kill();
        Files.delete(folder.resolve("data/firn.db-wal"));
        start();
    }

    /** Nothing of what there is now is in the log any more. */
    private void takeTheLogOver() throws Exception {
        assertThat(server.process().terminate()).isIn(0, 143);
        start();
    }

    private void firn(String command, String backup) {
        FirnCommand.run(
                        folder,
                        command,
                        folder.resolve(backup).toString(),
                        "--data",
                        folder.resolve("data").toString())
                .expectDone();
    }

    private void createTables(String... names) {
        for (String name : names) {
            client.createTable("n", name).expect(200);
        }
    }

    private void requireMirror(String... tables) {
        long before = mirror.last();
        mirror.follow(client);
        assertThat(mirror.last()).isGreaterThan(before);
        List<String> there = CatalogClient.names(client.http().get(client.root() + "/namespaces/n/tables"));
        assertThat(there).containsExactly(tables);
        assertThat(mirror.tables()).containsExactly(tables);
        assertThat(FirnCommand.run(
                                folder,
                                "doctor",
                                "--data",
                                folder.resolve("data").toString())
                        .expectDone()
                        .out())
                .contains("the ledger has come as far as it had");
    }

    /** Two tables of which a backup has one, and of which the state has both wherever its log is. */
    private void restoreWhatIsLostWithTheLog() throws Exception {
        client.createNamespace("n").expect(200);
        createTables("kept");
        firn("backup", "first");
        createTables("undone");
        takeTheLogOver();
        mirror.follow(client);
        firn("restore", "first");
        mirror.follow(client);
        assertThat(mirror.tables()).containsExactly("kept");
    }

    @Test
    void aRestoreIsLost() throws Exception {
        restoreWhatIsLostWithTheLog();

        killAndLoseTheLog();
        requireMirror("kept", "undone");
    }

    @Test
    void aRestoreIsLostWithWhatCameAfterIt() throws Exception {
        restoreWhatIsLostWithTheLog();
        createTables("after");
        mirror.follow(client);

        killAndLoseTheLog();
        requireMirror("kept", "undone");
        createTables("later");
        requireMirror("kept", "later", "undone");
    }

    /** Who was told of the first restore went further back than the second did. */
    @Test
    void twoRestoresAreLost() throws Exception {
        restoreWhatIsLostWithTheLog();
        createTables("between");
        firn("backup", "second");
        createTables("undone2");
        mirror.follow(client);
        firn("restore", "second");
        mirror.follow(client);
        assertThat(mirror.tables()).containsExactly("between", "kept");

        killAndLoseTheLog();
        requireMirror("kept", "undone");
    }

    @Test
    void whatTellsTheLossIsLostToo() throws Exception {
        restoreWhatIsLostWithTheLog();
        killAndLoseTheLog();
        requireMirror("kept", "undone");
        createTables("after");
        mirror.follow(client);

        killAndLoseTheLog();
        requireMirror("kept", "undone");
    }

    /** It was never undone, so nobody has to go back. */
    @Test
    void aRestoreThatIsThereStays() throws Exception {
        restoreWhatIsLostWithTheLog();
        takeTheLogOver();
        createTables("lost");
        mirror.follow(client);
        createTables("told");

        killAndLoseTheLog();
        requireMirror("kept");
        assertThat(mirror.keptUntil()).isEqualTo(4);
    }

    /** No file is made for a namespace, so none is noted. */
    @Test
    void noNumberOfWhatWasChangedJustBeforeIsGivenAgain() throws Exception {
        client.createNamespace("n").expect(200);
        createTables("lost");
        client.createNamespace("m").expect(200);
        client.createNamespace("o").expect(200);
        mirror.follow(client);

        killAndLoseTheLog();
        client.createNamespace("n").expect(200);
        requireMirror();
    }

    /** Also if the stop comes less than a second after a change for which no file was made. */
    @Test
    void anOlderCopyTakesThePlaceOfTheStateAfterAStop() throws Exception {
        client.createNamespace("n").expect(200);
        createTables("kept");
        takeTheLogOver();
        mirror.follow(client);
        Path state = folder.resolve("data/firn.db");
        Path copy = Files.copy(state, folder.resolve("copy"));
        client.http().delete(client.table("n", "kept")).expect(204);
        mirror.follow(client);
        assertThat(server.process().terminate()).isIn(0, 143);

        Files.copy(copy, state, StandardCopyOption.REPLACE_EXISTING);
        start();
        requireMirror("kept");
    }

    /** The only change that is lost, told and lost before a second is over. */
    @Test
    void theLastChangeIsLost() throws Exception {
        client.createNamespace("n").expect(200);
        createTables("kept");
        takeTheLogOver();
        client.createNamespace("m").expect(200);
        mirror.follow(client);

        killAndLoseTheLog();
        client.createNamespace("o").expect(200);
        requireMirror("kept");
        assertThat(mirror.keptUntil()).isEqualTo(2);
    }
}
