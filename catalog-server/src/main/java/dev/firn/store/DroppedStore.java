package dev.firn.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The port to what was dropped and can come back: it has not come back yet, was not given to another catalog (unregistered), and the deletion of its files has not
 * begun.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now.
 */
public interface DroppedStore {
    /** What was dropped before a change, what was dropped last first; at most {@code limit}. What is there under another name is not among it. */
    List<Dropped> before(CatalogRecord catalog, long change, int limit);

    /** What this change dropped. */
    Optional<Dropped> one(CatalogRecord catalog, long change);

    /** What was dropped last under this name. What is there under another name is it only if nothing else is. */
    Optional<Dropped> newest(CatalogRecord catalog, TableIdentifier identifier);

    /** What cannot come back, as the deletion of its files has begun: what was dropped last under this name, or by this change if one is given. */
    Optional<Dropped> purged(CatalogRecord catalog, TableIdentifier identifier, OptionalLong change);
}
