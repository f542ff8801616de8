package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.LedgerRow;
import dev.firn.store.Operations;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The newest events of a catalog, read and written as JSON once for all who follow it. Bounded: who is further behind reads the ledger. */
final class ChangeTail {
    private static final int MOST = 1_000;
    private static final int BATCH = 500;

    private final Ledger ledger;
    private final CatalogSession session;
    private final ConcurrentSkipListMap<Long, ChangeEvent> events = new ConcurrentSkipListMap<>();
    private volatile long begin;
    private long end;

    ChangeTail(Ledger ledger, CatalogSession session) {
        this.ledger = ledger;
        this.session = session;
        this.begin = ledger.newest();
        this.end = begin;
    }

    /** Every change after this one is here, as far as it has been {@linkplain #extend read}. */
    long begin() {
        return begin;
    }

    /** Reads what is new. To be called by one thread. */
    void extend() {
        List<LedgerRow> rows = ledger.changes(session, end, BATCH);
        while (!rows.isEmpty()) {
            for (LedgerRow row : rows) {
                if (row.operation().equals(Operations.RESTORE_CATALOG)) {
                    forgetUndone();
                }
                events.put(row.change(), ChangeEvent.of(row));
                end = row.change();
                if (events.size() > MOST) {
                    // First told, then removed: who does not find an event sees that it may be gone.
                    begin = events.firstKey();
                    events.pollFirstEntry();
                }
            }
            rows = ledger.changes(session, end, BATCH);
        }
    }

    /** What a restore has undone is no longer in the ledger, and nobody is told of it from now on. What there is left of the ledger it can be read from. */
    private void forgetUndone() {
        begin = end;
        events.clear();
    }

    /** The first event after a change; null if there is none, or if the tail no longer reaches back to it. */
    @Nullable
    ChangeEvent after(long change) {
        Map.Entry<Long, ChangeEvent> found = events.higherEntry(change);
        return found == null || begin > change ? null : found.getValue();
    }
}
