package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the server does by itself fails again and again on a full disk. The log, which may stand on the same disk, does not fill with it. */
class QuietFailuresIT {
    /** Purges come soon, and the journal of new files stays for its usual half minute. */
    private static final Map<String, String> SETTINGS =
            Map.of("FIRN_PURGE_AFTER", "3s", "JDK_JAVA_OPTIONS", "-Dfirn.sync-after-millis=30000");

    private static final int ROUNDS_WITHOUT_REST = 15;

    @Test
    void purgesOnAFullDisk() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start(SETTINGS)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            client.http()
                    .delete(client.table("n", "t") + "?purgeRequested=true")
                    .expect(204);
            power.faults().fail("write", Faults.NO_SPACE, "firn.db-wal");

            Thread.sleep(9_000);
            String log = server.process().stderr();
            assertThat(count(log, "firn-purge failed")).isBetween(1L, ROUNDS_WITHOUT_REST / 2L);
            // Each failure is shown with its stack once, by who waited for it.
            assertThat(count(log, "Caused by: org.sqlite.SQLiteException")).isEqualTo(count(log, "firn-purge failed"));
        }
    }

    @Test
    void journalOnADiskThatIsReadOnly() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start(SETTINGS)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            power.faults().fail("write", Faults.READ_ONLY, "firn.db.new-files");
            // It is durable, and cannot be noted.
            client.createNamespace("m").expect(200);

            Thread.sleep(6_000);
            assertThat(count(server.process().stderr(), "Cannot shorten the journal"))
                    .isEqualTo(1);
        }
    }

    private static long count(String log, String text) {
        return log.split(text, -1).length - 1L;
    }
}
