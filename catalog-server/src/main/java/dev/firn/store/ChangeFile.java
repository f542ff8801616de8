package dev.firn.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of the ledger, of whichever catalog, and the metadata file that came with it.
 *
 * @param change its number
 * @param at when it was made
 * @param metadataLocation where its name pointed from then on; null if no version that is kept began with it
 * @param purged whether it is the past of a table whose files are deleted, or are being deleted
 */
public record ChangeFile(long change, Instant at, @Nullable String metadataLocation, boolean purged) {}
