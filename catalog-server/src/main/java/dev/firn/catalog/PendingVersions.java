package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.Submission;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The newest versions of tables that have been handed to the store and are not durable yet. The next commit to the same table builds on them and does not
 * wait for the disk: it stands behind them in the store's queue, and fails there if they come to nothing. Nobody else sees them.
 */
final class PendingVersions {
    private record Key(int catalog, TableIdentifier identifier) {}

    /**
     * One version on its way.
     *
     * @param entry the pointer that it will be; the number of its change is not known yet
     * @param document its state
     * @param submission the transaction that makes it durable
     */
    record Version(Entry entry, TableDocument document, Submission<Long> submission) {}

    private final Map<Key, Version> versions = new ConcurrentHashMap<>();

    /** The version on its way, if there is one. To be called under the table's lock of {@link CommitLocks}, as is {@link #put}. */
    Optional<Version> find(CatalogRecord catalog, TableIdentifier identifier) {
        return Optional.ofNullable(versions.get(new Key(catalog.id(), identifier)))
                .filter(version -> version.submission().isPending());
    }

    void put(CatalogRecord catalog, Version version) {
        versions.put(new Key(catalog.id(), version.entry().identifier()), version);
    }

    /** Its outcome is known. */
    void remove(CatalogRecord catalog, Version version) {
        versions.remove(new Key(catalog.id(), version.entry().identifier()), version);
    }
}
