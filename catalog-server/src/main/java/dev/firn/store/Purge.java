package dev.firn.store;

import java.time.Instant;

/**
 * A table that was dropped and whose files are to be deleted, by the drop itself or because somebody asked for it later.
 *
 * @param change the ledger's number of the change that dropped it
 * @param catalog the catalog that it was in
 * @param last what its name pointed to at the end
 * @param droppedAt when it was dropped
 */
public record Purge(long change, CatalogRecord catalog, Entry last, Instant droppedAt) {}
