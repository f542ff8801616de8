package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.HistoryStore;
import java.time.Instant;

/** The end of history, in the file of state. */
final class SqlHistoryStore implements HistoryStore {
    private final GroupCommit writer;
    private final Checkpoints checkpoints;

    SqlHistoryStore(GroupCommit writer, Checkpoints checkpoints) {
        this.writer = writer;
        this.checkpoints = checkpoints;
    }

    @Override
    public boolean advance(CatalogRecord catalog, Instant until) {
        return writer.submit(handle -> HistoryEndSql.advance(handle, catalog, until));
    }

    @Override
    public boolean endSome(CatalogRecord catalog) {
        return writer.submit(handle -> {
            checkpoints.wrote(HistoryEndSql.STEP_BYTES);
            return HistoryEndSql.endSome(handle, catalog);
        });
    }
}
