package dev.firn.store;

import java.time.Instant;

/**
 * A table or view that was dropped and can come back.
 *
 * @param entry what the name pointed to at the end
 * @param change the ledger's number of the change that dropped it
 * @param at when that was
 * @param principal who dropped it
 * @param purged whether its files were to be deleted: then it can come back as long as that has not begun
 */
public record Dropped(Entry entry, long change, Instant at, String principal, boolean purged) {}
