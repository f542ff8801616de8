package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What the server does by itself fails again and again on a full disk. The log, which may stand on the same disk, does not fill with it. */
class QuietFailuresIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the journal of new files: much longer than the second after which it looks whether there is something to do. */
    private static final Duration PERIOD = Duration.ofSeconds(4);

    @Test
    void purgesOnAFullDisk() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = start(power)) {
            CatalogClient client = server.client();
            client.http()
                    .delete(client.table("n", "t") + "?purgeRequested=true")
                    .expect(204);
            power.faults().fail("write", Faults.NO_SPACE, "firn.db-wal");

            List<Duration> pauses = awaitLines(server, "firn-purge failed, trying again in ", 4).stream()
                    .map(line -> Duration.parse(line.substring(line.lastIndexOf(' ') + 1)))
                    .toList();
            for (int i = 1; i < pauses.size(); i++) {
                assertThat(pauses.get(i)).isEqualTo(pauses.get(i - 1).multipliedBy(2));
            }
            // Each failure is shown with its stack once, by who waited for it. That of the last may be on its way.
            String log = server.process().stderr();
            String whole = log.substring(0, log.lastIndexOf("firn-purge failed"));
            assertThat(count(whole, "Caused by: org.sqlite.SQLiteException"))
                    .isEqualTo(count(whole, "firn-purge failed"))
                    .isPositive();
        }
    }

    @Test
    void journalOnADiskThatIsReadOnly() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = start(power)) {
            power.faults().fail("write", Faults.READ_ONLY, "firn.db.new-files");
            // It is durable, and cannot be noted.
            server.client().createNamespace("m").expect(200);

            List<Instant> failures = awaitLines(server, "Cannot shorten the journal", 2).stream()
                    .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                    .toList();
            assertThat(Duration.between(failures.get(0), failures.get(1))).isGreaterThanOrEqualTo(PERIOD);
        }
    }

    /** With a table, and with purges that come soon. */
    private static FirnServer start(PowerCuts power) throws Exception {
        FirnServer server = power.start(
                Map.of("FIRN_PURGE_AFTER", "3s", "JDK_JAVA_OPTIONS", "-Dfirn.sync-after-millis=" + PERIOD.toMillis()));
        server.client().createNamespace("n").expect(200);
        server.client().createTable("n", "t").expect(200);
        return server;
    }

    /** The lines of the log with a text, as soon as there are so many. */
    private static List<String> awaitLines(FirnServer server, String text, int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> found = lines(server, text);
        while (found.size() < count) {
            assertThat(System.nanoTime()).as("%s in %s", text, found).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            found = lines(server, text);
        }
        return found;
    }

    private static List<String> lines(FirnServer server, String text) {
        return server.process()
                .stderr()
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    private static long count(String log, String text) {
        return log.split(text, -1).length - 1L;
    }
}
