package dev.firn.store;

import java.time.Instant;
import java.util.Optional;

/**
 * The port to the ledger: which moments there were, and what happened when. It reads what {@link CatalogStore#apply} wrote, and changes no name and no pointer.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now.
 */
public interface LedgerStore {
    /** The number of the newest change of any catalog; 0 before the first. */
    long newestChange();

    /** The moment just after the transaction that holds this change. Empty if the change has not been made, or if the state then is no longer kept. */
    Optional<Moment> momentOf(CatalogRecord catalog, long change);

    /** The moment just after the last change that was made until then. Empty if there is none, or if the state then is no longer kept. */
    Optional<Moment> momentAt(CatalogRecord catalog, Instant instant);
}
