package dev.firn.store;

import java.util.List;

/** The port to what engines reported of tables: the newest reports of each, no more of them than a limit. It is beside the ledger, and no part of it. */
public interface MetricsStore {
    /** How many reports of one table are kept at the most. */
    int MOST_PER_TABLE = 1_000;

    /** Keeps a report, and lets go of the oldest of its table if there are too many. Throws as {@link CatalogStore#apply}. */
    void add(CatalogRecord catalog, MetricsReport report);

    /** The newest reports of a table, newest first. */
    List<MetricsReport> newest(CatalogRecord catalog, String tableUuid, int limit);
}
