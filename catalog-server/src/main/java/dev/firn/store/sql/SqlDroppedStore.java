package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Dropped;
import dev.firn.store.DroppedStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;

/** What was dropped, in the file of state. */
final class SqlDroppedStore implements DroppedStore {
    private final Reads reads;

    SqlDroppedStore(Reads reads) {
        this.reads = reads;
    }

    @Override
    public List<Dropped> before(CatalogRecord catalog, long change, int limit) {
        return reads.read(handle -> DroppedSql.before(handle, catalog, change, limit));
    }

    @Override
    public Optional<Dropped> one(CatalogRecord catalog, long change) {
        return reads.read(handle -> DroppedSql.one(handle, catalog, change));
    }

    @Override
    public Optional<Dropped> newest(CatalogRecord catalog, TableIdentifier identifier) {
        return reads.read(handle -> DroppedSql.newest(handle, catalog, identifier));
    }

    @Override
    public Optional<Dropped> purged(CatalogRecord catalog, TableIdentifier identifier, OptionalLong change) {
        return reads.read(handle -> DroppedSql.purged(handle, catalog, identifier, change));
    }
}
