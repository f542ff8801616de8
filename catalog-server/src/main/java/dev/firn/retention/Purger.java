package dev.firn.retention;

import dev.firn.catalog.DeletionLock;
import dev.firn.store.CatalogStore;
import dev.firn.store.Purge;
import dev.firn.store.PurgeStore;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files of tables that were dropped to be purged, some time after. What one round does: it looks at all other tables, for what they need; settles for
 * each table that it cannot come back, unless it has; deletes. A round that was killed is begun anew by the next.
 */
public final class Purger implements Background.Round {
    private static final Logger LOG = LoggerFactory.getLogger(Purger.class);
    private static final int MOST_AT_ONCE = 100;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final CatalogStore store;
    private final PurgeStore purges;
    private final MetadataReader reader;
    private final FileIO io;
    private final FileStore files;
    private final LocalCleanup cleanup;
    private final Doubts doubts;
    private final DeletionLock deletions;
    private final Duration after;
    private final GraceClock clock;
    /** How many waited in the round before: they are due again, and others behind them too. */
    private int waiting;

    private Set<String> complaints = Set.of();
    private Set<String> complaintsBefore = Set.of();

    /**
     * Over this state and warehouse.
     *
     * @param deletions what tells whether somebody relies on files that he saw
     * @param after how long a purged table can still come back
     * @param patience how long all purges wait for a damaged table to be mended
     */
    public Purger(
            CatalogStore store,
            FileStore files,
            FileIO io,
            LocalCleanup cleanup,
            DeletionLock deletions,
            Duration after,
            Duration patience,
            Clock clock) {
        this.store = store;
        this.purges = store.purges();
        this.reader = new MetadataReader(files);
        this.io = io;
        this.files = files;
        this.cleanup = cleanup;
        this.deletions = deletions;
        this.doubts = new Doubts(purges, files, cleanup, patience);
        this.after = after;
        this.clock = new GraceClock(clock, System::nanoTime, after);
    }

    /** How long to wait between rounds: short when tables are to go at once. */
    public Duration pause() {
        return Pauses.between(after.dividedBy(10), LONGEST_PAUSE);
    }

    @Override
    public void run(Background background) {
        complaintsBefore = complaints;
        complaints = new HashSet<>();
        List<Purge> all = new ArrayList<>(purges.unfinished());
        Set<Long> begun = new HashSet<>();
        all.forEach(purge -> begun.add(purge.change()));
        all.addAll(purges.due(clock.now().minus(after), MOST_AT_ONCE + waiting));
        if (all.isEmpty()) {
            return;
        }
        Map<Purge, PurgedTable> tables = read(all, begun);
        Protection protection = lookAround(tables, begun, background);
        waiting = all.size() - tables.size();
        for (Map.Entry<Purge, PurgedTable> purge : tables.entrySet()) {
            if (!begun.contains(purge.getKey().change())
                    && !purges.begin(purge.getKey(), purge.getValue().location())) {
                // It has come back, and its files were not protected: all has to be looked at again.
                return;
            }
        }
        tables.forEach((purge, table) -> delete(purge, table, protection, background));
    }

    /**
     * What others need of the files of tables. Those that have to wait are taken away from the tables; then it is looked at all again, because one that waits can come back, and what it
     * names has to stay.
     */
    private Protection lookAround(Map<Purge, PurgedTable> tables, Set<Long> begun, Background background) {
        while (true) {
            Protection protection = new Protection(store, reader, io, cleanup, tables, doubts);
            if (tables.isEmpty()) {
                return protection;
            }
            try {
                protection.lookAtAll(background);
                return protection;
            } catch (UnreadableTableException e) {
                complain("Purged tables wait: " + e.getMessage());
                e.waiting().stream()
                        .filter(purge -> begun.contains(purge.change()))
                        .forEach(purge -> purges.waits(purge, "waits: " + e.getMessage()));
                tables.keySet().removeAll(Set.copyOf(e.waiting()));
            }
        }
    }

    /** What the tables consist of. Those of which that cannot be known are left out. */
    private Map<Purge, PurgedTable> read(List<Purge> all, Set<Long> begun) {
        Map<Purge, PurgedTable> tables = new LinkedHashMap<>();
        for (Purge purge : all) {
            try {
                tables.put(purge, PurgedTable.read(store, purge, reader, io, cleanup));
            } catch (NotFoundException e) {
                boolean first = !begun.contains(purge.change());
                if (first ? !purges.begin(purge, "") : !isDurable(purge)) {
                    continue;
                }
                String note = first ? "its last metadata file was gone before: " + e.getMessage() : "";
                finish(purge, 0, 0, note);
                LOG.info("Purged {}{}", purge.last().identifier(), first ? ": " + note : "");
            } catch (RuntimeException e) {
                String reason = "cannot tell which files are its own: " + e.getMessage();
                complain("The purged table " + purge.last().identifier() + " waits: " + reason);
                if (begun.contains(purge.change())) {
                    purges.waits(purge, "waits: " + reason);
                }
            }
        }
        return tables;
    }

    /** Makes it durable that the last metadata file is gone, which a killed round need not have done, and tells whether that was possible. */
    private boolean isDurable(Purge purge) {
        try {
            cleanup.file(purge.last().metadataLocation()).ifPresent(file -> cleanup.sync(Set.of(file.getParent())));
            return true;
        } catch (UncheckedIOException e) {
            complain("The purged table " + purge.last().identifier() + " waits: " + e.getMessage());
            purges.waits(purge, "waits: " + e.getMessage());
            return false;
        }
    }

    private void delete(Purge purge, PurgedTable table, Protection protection, Background background) {
        Deletion deletion = new Deletion(table, protection, cleanup, background);
        try {
            // What names the others goes last: until then it has to last, and the state does not keep it any more.
            files.sync(table.metadataFiles());
            purges.forgetFiles(table.metadataFiles());
            deletion.run();
        } catch (RuntimeException e) {
            if (!background.isClosing()) {
                complain("The purged table " + purge.last().identifier() + " waits: " + e.getMessage());
                purges.waits(purge, "waits: " + e.getMessage());
            }
            return;
        }
        finish(purge, deletion.deleted(), deletion.left(), deletion.note());
        LOG.info(
                "Purged {}: deleted {} files{}",
                purge.last().identifier(),
                deletion.deleted(),
                deletion.note().isEmpty() ? "" : ", " + deletion.note());
    }

    /** Whoever saw a file before it was deleted, and registers it, is to find that the deletion is not finished: then it is refused. */
    private void finish(Purge purge, long deleted, long left, String note) {
        deletions.awaitThoseBegun();
        purges.finish(purge, deleted, left, note);
    }

    /** Once, not in every round. */
    private void complain(String complaint) {
        if (complaints.add(complaint) && !complaintsBefore.contains(complaint)) {
            LOG.warn(complaint);
        }
    }
}
