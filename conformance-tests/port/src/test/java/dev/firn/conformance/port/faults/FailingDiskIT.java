package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.crash.Crew;
import dev.firn.conformance.port.crash.Progress;
import dev.firn.conformance.port.crash.Shift;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that fails under eight clients at work. Each answer is a success, or says that nothing changed, or that nobody knows; who is told the last looks and
 * finds the old state or the new one, and that stays so. Once the disk is whole everything succeeds again, and a kill or a power cut then loses nothing.
 */
class FailingDiskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int FAILURES = 16;

    /** What goes wrong. */
    enum Trouble {
        NO_SPACE_FOR_THE_LOG(faults -> faults.fail("write", Faults.NO_SPACE, "firn.db-wal")),
        LITTLE_SPACE_FOR_THE_LOG(faults -> faults.fail("write", Faults.SHORT, "firn.db-wal", 20)),
        LOG_CANNOT_BE_WRITTEN(faults -> faults.fail("write", Faults.BROKEN, "firn.db-wal", 30)),
        LOG_CANNOT_BE_SYNCED(faults -> faults.fail("sync", Faults.BROKEN, "firn.db-wal")),
        LOG_CANNOT_ALWAYS_BE_SYNCED(faults -> faults.fail("sync", Faults.BROKEN, "firn.db-wal", 30)),
        NO_SPACE_FOR_METADATA(faults -> faults.fail("write", Faults.NO_SPACE, "metadata.json")),
        METADATA_CANNOT_BE_MADE(faults -> faults.fail("create", Faults.NO_SPACE, "metadata.json")),
        METADATA_CANNOT_ALWAYS_BE_WRITTEN(faults -> faults.fail("write", Faults.BROKEN, "metadata.json", 50)),
        NO_DESCRIPTORS(faults -> faults.fail("create", Faults.NO_DESCRIPTORS, "metadata.json", 50)),
        NO_SPACE_AT_ALL(faults -> faults.failAll(Faults.NO_SPACE, "/")),
        READ_ONLY(faults -> faults.failAll(Faults.READ_ONLY, "/"));

        private final Consumer<Faults> begin;

        Trouble(Consumer<Faults> begin) {
            this.begin = begin;
        }
    }

    @ParameterizedTest
    @EnumSource
    void troubleThatIsSeen(Trouble trouble) throws Exception {
        through(trouble.begin, progress -> progress.failed() >= FAILURES);
    }

    /** What goes wrong where no request waits for it. */
    enum HiddenTrouble {
        NO_SPACE_FOR_THE_DATABASE(faults -> faults.fail("write", Faults.NO_SPACE, "firn.db$")),
        DATABASE_CANNOT_BE_SYNCED(faults -> faults.fail("sync", Faults.BROKEN, "firn.db$")),
        METADATA_CANNOT_BE_SYNCED(faults -> faults.fail("sync", Faults.BROKEN, "metadata.json", 50)),
        FILES_CANNOT_BE_REMOVED(faults -> faults.fail("remove", Faults.BROKEN, "/"));

        private final Consumer<Faults> begin;

        HiddenTrouble(Consumer<Faults> begin) {
            this.begin = begin;
        }
    }

    @ParameterizedTest
    @EnumSource
    void troubleInTheBackground(HiddenTrouble trouble) throws Exception {
        through(trouble.begin, progress -> progress.acknowledged() >= 300);
    }

    private static void through(Consumer<Faults> trouble, Predicate<Progress> enough) throws Exception {
        long seed = Long.getLong("firn.seed", 0);
        seed = seed == 0 ? System.nanoTime() : seed;
        System.out.println("firn.seed=" + seed);
        Random random = new Random(seed);
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        Crew crew = new Crew(random);
        try (FirnServer server = power.start()) {
            crew.prepare(server.client());
            Shift shift = crew.workThroughFaults(server);
            Progress progress = shift.progress();
            assertThat(shift.await(() -> progress.acknowledged() >= 30, PATIENCE))
                    .isTrue();
            trouble.accept(power.faults());
            assertThat(shift.await(() -> enough.test(progress), PATIENCE))
                    .as("during the trouble: %s", progress)
                    .isTrue();
            if (random.nextBoolean()) {
                power.faults().none();
                int before = progress.acknowledged();
                assertThat(shift.await(() -> progress.acknowledged() >= before + 60, PATIENCE))
                        .as("after the trouble: %s", progress)
                        .isTrue();
            }
            shift.kill();
            System.out.println(progress);
        }
        power.faults().none();
        switch (random.nextInt(3)) {
            case 0 -> power.lose();
            case 1 -> power.loseAtRandom(random);
            default -> {}
        }
        try (FirnServer server = power.start()) {
            crew.check(server.client());
        }
    }
}
