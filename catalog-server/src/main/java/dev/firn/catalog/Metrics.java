package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.MetricsReport;
import java.time.Clock;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;

/** What engines tell of their scans and commits, by table. */
public final class Metrics {
    private final CatalogStore store;
    private final Tables tables;
    private final Clock clock;

    /** Kept in this state, for these tables. */
    public Metrics(CatalogStore store, Tables tables, Clock clock) {
        this.store = store;
        this.tables = tables;
        this.clock = clock;
    }

    /**
     * Keeps a report. A past catalog is told of scans too, which are then the table's as any other.
     *
     * @param json the report as the specification writes it
     * @throws org.apache.iceberg.exceptions.NoSuchTableException if the table neither exists nor is staged
     */
    public void report(CatalogSession session, TableIdentifier table, String json) {
        String uuid = tables.uuid(session, table);
        store.metrics().add(session.catalog(), new MetricsReport(uuid, clock.instant(), session.principal(), json));
    }

    /** The newest reports of a table, newest first. Throws {@code NoSuchTableException} if it does not exist. */
    public List<MetricsReport> newest(CatalogSession session, TableIdentifier table, int limit) {
        return store.metrics()
                .newest(session.catalog(), tables.load(session, table).uuid(), limit);
    }
}
