package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power while eight clients work: the server is killed, and its disk loses what was not synced. The system property {@code firn.cuts} says how
 * often, {@code firn.seed} repeats the choices of a run.
 */
class PowerCutIT {
    private static final int CUTS = Integer.getInteger("firn.cuts", 6);
    private static final long SECONDS = Long.getLong("firn.seconds", 86_400);

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        seed = seed == 0 ? System.nanoTime() : seed;
        System.out.println("firn.seed=" + seed);
        Random random = new Random(seed);
        int acknowledged = 0;
        int cuts = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        Set<Path> unknown = new TreeSet<>();
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        Crew crew = new Crew(random);
        FirnServer server = power.start();
        try {
            crew.prepare(server.client());
            while (cuts < CUTS && System.nanoTime() < end) {
                cuts++;
                acknowledged += crew.workUntilKilled(server);
                lose(power, random);
                if (random.nextInt(4) == 0) {
                    cutWhileStarting(power, random);
                }
                power.syncTogether(random.nextBoolean());
                Set<Path> journal = MetadataFilesOnDisk.journal(power.data());
                server = power.start();
                unknown.addAll(orphansThatNobodyKnew(power, journal));
                crew.check(server.client());
            }
            assertThat(ServerLog.failures(server)).isEmpty();
            assertThat(server.process().terminate()).isIn(0, 143);
            assertThat(MetadataFilesOnDisk.unfinished(power.data())).isEmpty();
        } finally {
            server.close();
        }
        System.out.println(cuts + " power cuts, " + acknowledged + " acknowledged, none lost; " + unknown.size()
                + " orphans, of which the disk has kept more than of the journal");
    }

    /** Most files are not synced before their transaction, nor is the journal for them: the disk may keep a file, or its name, and not the line. */
    private static Set<Path> orphansThatNobodyKnew(PowerCuts power, Set<Path> journal) throws Exception {
        Set<Path> orphans = MetadataFilesOnDisk.orphans(power.data());
        for (Path orphan : orphans) {
            assertThat(journal)
                    .as("the journal before the start, which did not delete %s", orphan)
                    .doesNotContain(orphan);
        }
        return orphans;
    }

    /** At the very first start everything is new, the data folder's own name too. */
    @Test
    void theFirstChangeIsNotLost() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start()) {
            server.client().loadTable("n", "t").expect(200);
        }
    }

    /** A kill between writing and syncing leaves a change that the next server takes for durable, and tells to everybody. Then it has to be. */
    @Test
    void whatAKilledServerHasLeftIsDurableOnceItIsTold() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            server.client().createNamespace("n").expect(200);
            power.faults().lie("firn.db-wal");
            server.client().createNamespace("told").expect(200);
            server.client().createTable("told", "t").expect(200);
            server.process().kill();
        }
        power.faults().none();
        try (FirnServer server = power.restart()) {
            server.client().loadTable("told", "t").expect(200);
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start()) {
            server.client().loadTable("told", "t").expect(200);
        }
    }

    @Test
    void theLogKnowsEveryWrite() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        Crew crew = new Crew(new Random(1));
        try (FirnServer server = power.start()) {
            crew.prepare(server.client());
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        power.requireAllSeen();
    }

    /** A proof that cannot fail proves nothing: a disk that does not sync the state loses what was acknowledged, and that is seen. */
    @Test
    void aDiskThatLiesIsFound() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        Crew crew = new Crew(new Random(1));
        try (FirnServer server = power.start()) {
            crew.prepare(server.client());
            power.faults().lie("firn.db-wal");
            crew.workUntilKilled(server);
        }
        power.lose();
        power.faults().none();
        try (FirnServer server = power.start()) {
            assertThatThrownBy(() -> crew.check(server.client())).isInstanceOf(AssertionError.class);
        }
    }

    private static void cutWhileStarting(PowerCuts power, Random random) throws IOException {
        ServerProcess process = power.launch();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1500)));
        process.kill();
        lose(power, random);
    }

    /** Half of the time nothing that was not synced is kept, half of the time some of it is. */
    private static void lose(PowerCuts power, Random random) throws IOException {
        if (random.nextBoolean()) {
            power.lose();
        } else {
            power.loseAtRandom(random);
        }
    }
}
