package dev.firn.store;

import java.time.Instant;

/**
 * The port to the end of history: what is older than the operator wants to keep, and is not needed, goes.
 *
 * <p>Needed are all versions that are visible at the {@linkplain LedgerStore#start start} or later, what was dropped and can come back, what was given to another
 * catalog, tables whose files are being deleted, the changes that began or ended any of these, and changes that a webhook has not been told.
 *
 * <p>Writes throw as {@link CatalogStore#apply}. Each is one small step in the queue of the writer.
 */
public interface HistoryStore {
    /**
     * Moves the start of a catalog's history to the last change that was made until then, never back, and not past what a webhook has still to be told. From then
     * on nobody reads what was before. Tells whether it has moved.
     */
    boolean advance(CatalogRecord catalog, Instant until);

    /**
     * Deletes a little of what is before the start and not needed. Metadata files that only deleted versions pointed to are remembered in the same transaction.
     *
     * @return whether there may be more
     */
    boolean endSome(CatalogRecord catalog);
}
