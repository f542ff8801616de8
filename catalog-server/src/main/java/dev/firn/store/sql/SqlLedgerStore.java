package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.LedgerStore;
import dev.firn.store.Moment;
import java.time.Instant;
import java.util.Optional;

/** The ledger in the file of state. */
final class SqlLedgerStore implements LedgerStore {
    private final Reads reads;

    SqlLedgerStore(Reads reads) {
        this.reads = reads;
    }

    @Override
    public long newestChange() {
        return reads.read(handle -> LedgerSql.newest(handle).change());
    }

    @Override
    public Optional<Moment> momentOf(CatalogRecord catalog, long change) {
        return reads.read(handle -> MomentSql.of(handle, catalog, change));
    }

    @Override
    public Optional<Moment> momentAt(CatalogRecord catalog, Instant instant) {
        return reads.read(handle -> MomentSql.at(handle, catalog, instant));
    }
}
