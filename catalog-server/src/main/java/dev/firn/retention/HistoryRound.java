package dev.firn.retention;

import dev.firn.catalog.DeletionLock;
import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.HistoryStore;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Ends the history that is older than it is to be kept. A round first moves its start, so that nobody reads what goes, and then deletes rows and files in small steps
 * with pauses, for the writer to be free. A round that was killed is gone on with from what is left.
 */
public final class HistoryRound implements Background.Round {
    /** Before the first round: soon, as a server may be started more often than a pause is long. */
    public static final Duration FIRST = Duration.ofMillis(200);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** How much longer than a step the pause after it is, at least. */
    private static final int REST = 4;

    private static final long SHORTEST_REST_MILLIS = 10;

    private final CatalogStore store;
    private final HistoryStore history;
    private final FormerFiles files;
    private final Duration keep;
    private final GraceClock clock;

    /**
     * Over this state and warehouse.
     *
     * @param deletions what keeps files from being deleted while somebody relies on them
     * @param keep how long history is kept
     */
    public HistoryRound(
            CatalogStore store,
            FileStore files,
            LocalCleanup cleanup,
            DeletionLock deletions,
            Duration keep,
            Clock clock) {
        this.store = store;
        this.files = new FormerFiles(store, files, cleanup, deletions);
        this.history = store.history();
        this.keep = keep;
        this.clock = new GraceClock(clock, System::nanoTime, keep);
    }

    /** How long to wait between rounds: what is kept for long may be kept a little longer. */
    public Duration pause() {
        return Pauses.between(keep.dividedBy(100), LONGEST_PAUSE);
    }

    @Override
    public void run(Background background) {
        Instant until = clock.now().minus(keep);
        for (CatalogRecord catalog : store.purges().catalogs()) {
            history.advance(catalog, until);
            if (!end(catalog, background)) {
                return;
            }
        }
        files.run(background);
    }

    /** Tells whether it came to the end, and not to that of the server. */
    private boolean end(CatalogRecord catalog, Background background) {
        boolean more = true;
        while (more) {
            long begin = System.nanoTime();
            more = history.endSome(catalog);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            if (background.pause(Math.max(SHORTEST_REST_MILLIS, millis * REST))) {
                return false;
            }
        }
        return true;
    }
}
