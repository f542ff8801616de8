package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;

/** A power cut brings back files that a purge has deleted: they go all the same, as what names them went after them. */
class PurgePowerCutIT {
    private static final Map<String, String> AT_ONCE = Map.of("FIRN_PURGE_AFTER", "0");
    private static final int COMMITS = 30;
    private static final int FILES = 10;
    private static final int ROUNDS = 3;

    /** A purged table whose files are still there, and no server. */
    private static Path purged(PowerCuts power) throws IOException {
        try (FirnServer server = power.start();
                RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of("n"));
            Table table = catalog.buildTable(PurgingServer.T, PurgingServer.SCHEMA)
                    .withProperty(TableProperties.MANIFEST_MERGE_ENABLED, "false")
                    .create();
            for (int commit = 0; commit < COMMITS; commit++) {
                AppendFiles append = table.newAppend();
                for (int file = 0; file < FILES; file++) {
                    append.appendFile(TestTable.dataFile(table.location() + "/data"));
                }
                append.commit();
            }
            catalog.dropTable(PurgingServer.T, true);
            assertThat(server.process().terminate()).isIn(0, 143);
            return PurgingServer.root(table);
        }
    }

    private static void awaitPurged(FirnServer server) {
        Eventually.become(
                () -> server.process().log().contains("Purged n.t"),
                () -> server.process().log());
    }

    /** The next server finds gone what the killed one has deleted, and yet that need not last. */
    @Test
    void whatAKilledServerHasDeletedStaysDeleted() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        Path root = purged(power);
        power.faults().fail("sync", Faults.BROKEN, root.getFileName() + "/data$");
        try (FirnServer server = power.start(AT_ONCE)) {
            Eventually.become(
                    () -> server.process().log().contains("Cannot make durable"),
                    () -> server.process().log());
            server.process().kill();
        }
        assertThat(TestTable.files(root.resolve("data"))).isEmpty();
        power.faults().none();
        try (FirnServer server = power.restart(AT_ONCE)) {
            awaitPurged(server);
            server.process().kill();
        }
        power.lose();
        assertThat(TestTable.files(root)).isEmpty();
    }

    /** Of what was deleted and not synced the disk keeps some: what it brings back the next server finds. */
    @Test
    void whatComesBackIsDeletedAgain() throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        Random random = new Random(seed == 0 ? System.nanoTime() : seed);
        for (int round = 0; round < ROUNDS; round++) {
            PowerCuts power = new PowerCuts(PowerCuts.folder());
            Path root = purged(power);
            int left = random.nextInt(TestTable.files(root).size());
            try (FirnServer server = power.start(AT_ONCE)) {
                Eventually.become(() -> TestTable.files(root).size() <= left, () -> TestTable.files(root));
                server.process().kill();
            }
            power.loseAtRandom(random);
            try (FirnServer server = power.start(AT_ONCE)) {
                Eventually.become(() -> TestTable.files(root).isEmpty(), () -> TestTable.files(root));
                server.process().kill();
            }
        }
    }
}
