package dev.firn.catalog;

import dev.firn.store.Entry;

/**
 * What has been given back.
 *
 * @param entry what the name points to now
 * @param change the ledger's number of the change that did it
 */
public record Recovered(Entry entry, long change) {}
