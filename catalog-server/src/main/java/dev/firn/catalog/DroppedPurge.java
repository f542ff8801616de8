package dev.firn.catalog;

import dev.firn.store.Dropped;

/**
 * What is to be purged though it was dropped without that.
 *
 * @param dropped what was dropped
 * @param change the ledger's number of the change that asks for it; {@link dev.firn.store.Entry#NOT_NUMBERED} before it is made
 */
public record DroppedPurge(Dropped dropped, long change) {}
