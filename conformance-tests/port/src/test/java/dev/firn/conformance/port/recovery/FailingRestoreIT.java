package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that fails while a backup is to become the state: the state is what it was, also after a kill or a power cut, and the answer says so. */
class FailingRestoreIT {
    @ParameterizedTest
    @CsvSource({
        "write, " + Faults.NO_SPACE + ", 500",
        "write, " + Faults.BROKEN + ", 500",
        "sync, " + Faults.BROKEN + ", 500",
    })
    void leavesTheStateAsItWas(String call, int error, int status) throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            byte[] backup = backup(client);
            client.createTable("n", "late").expect(200);

            power.faults().fail(call, error, "firn.db-wal$");
            Answer answer = restore(client, backup);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            client.loadTable("n", "late").expect(200);
            power.faults().none();

            client.createTable("n", "later").expect(200);
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start()) {
            for (String table : new String[] {"early", "late", "later"}) {
                server.client().loadTable("n", table).expect(200);
            }
            assertThat(server.client()
                            .http()
                            .get("/api/v1/catalogs/main/changes?operations=restore-catalog")
                            .expect(200)
                            .json()
                            .get("changes"))
                    .isEmpty();
        }
    }

    /** The caller sent what can be restored: that it cannot be kept, opened or read now is no reason to throw it away. */
    @ParameterizedTest
    @CsvSource({
        "write, " + Faults.NO_SPACE,
        "read, " + Faults.BROKEN,
        "sync, " + Faults.BROKEN,
    })
    void aBackupThatCannotBeKeptIsNoBadRequest(String call, int error) throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            byte[] backup = backup(client);

            power.faults().fail(call, error, "firn.db.copy-");
            restore(client, backup).expect(503);
            power.faults().none();

            restore(client, backup).expect(200);
        }
    }

    /** Of a state with one table. */
    private static byte[] backup(CatalogClient client) {
        client.createNamespace("n").expect(200);
        client.createTable("n", "early").expect(200);
        return client.http().get("/api/v1/backup").expect(200).response().body();
    }

    private static Answer restore(CatalogClient client, byte[] backup) {
        return client.http().send("POST", "/api/v1/restore", backup, "Content-Type", "application/octet-stream");
    }
}
