package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.HistoryStart;
import dev.firn.store.LedgerRow;
import dev.firn.store.LedgerStore;
import dev.firn.store.Moment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The ledger in the file of state. */
final class SqlLedgerStore implements LedgerStore {
    private final Reads reads;
    private final GroupCommit writer;
    private final Arrivals arrivals;
    private final Clock clock;
    private final Consumer<LedgerSql.Position> moved;

    /** {@code moved} is told, within the transaction, where the ledger stands after a row of its own. */
    SqlLedgerStore(
            Reads reads, GroupCommit writer, Arrivals arrivals, Clock clock, Consumer<LedgerSql.Position> moved) {
        this.moved = moved;
        this.reads = reads;
        this.writer = writer;
        this.arrivals = arrivals;
        this.clock = clock;
    }

    @Override
    public long newestChange() {
        return reads.read(handle -> LedgerSql.newest(handle).change());
    }

    @Override
    public List<LedgerRow> changes(CatalogRecord catalog, long after, Moment until, int limit) {
        return reads.read(handle -> LedgerSql.after(handle, catalog, after, until, limit));
    }

    @Override
    public boolean awaitChange(long after, Duration patience) throws InterruptedException {
        return arrivals.await(after, patience);
    }

    @Override
    public Optional<Long> position(String follower) {
        return reads.read(handle -> LedgerSql.position(handle, follower));
    }

    @Override
    public void advance(String follower, long change) {
        writer.submit(handle -> {
            LedgerSql.advance(handle, follower, change);
            return change;
        });
    }

    @Override
    public void tellLoss(long keptUntil, long given) {
        writer.submit(handle -> {
            LedgerSql.tellLoss(handle, keptUntil, given, clock.millis());
            LedgerSql.Position newest = LedgerSql.newest(handle);
            moved.accept(newest);
            return newest.change();
        });
    }

    @Override
    public Optional<HistoryStart> start(CatalogRecord catalog) {
        return reads.read(handle -> MomentSql.oldest(handle, catalog));
    }

    @Override
    public Optional<HistoryStart> startAfter(CatalogRecord catalog, long change) {
        return reads.read(handle -> change < MomentSql.start(handle, catalog)
                ? MomentSql.oldest(handle, catalog)
                : Optional.<HistoryStart>empty());
    }

    @Override
    public Optional<Moment> momentOf(CatalogRecord catalog, long change) {
        return reads.read(handle -> MomentSql.of(handle, catalog, change));
    }

    @Override
    public Optional<Moment> momentAt(CatalogRecord catalog, Instant instant) {
        long time = instant.toEpochMilli();
        if (reads.read(handle -> LedgerSql.newest(handle).changedAt()) <= time) {
            awaitPast(time);
        }
        return reads.read(handle -> MomentSql.at(handle, catalog, instant));
    }

    /** A change has the time at which it began to be written, and can be seen when it is durable: afterwards no change of this time can come to be seen. */
    private void awaitPast(long time) {
        while (clock.millis() == time) {
            LockSupport.parkNanos(100_000);
        }
        writer.awaitWriting();
    }
}
