package dev.firn.store.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.NamespaceVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The present versions that were read last, so that most loads ask the database nothing. This process is the only one that writes the file, so what is kept
 * here is what stands there, and so is a number for the names in a namespace, by which others may keep listings: before a row changes, its name is hidden, and every read of it goes to the database until the group that changes it has ended.
 */
final class PresentVersions {
    private static final long MOST = 100_000;

    private record Key(int catalog, Object name) {}

    /** In a key: not the namespace itself, but the names in it. */
    private record Listing(Namespace namespace) {}

    private final AtomicLong listings = new AtomicLong();
    private final long most;

    /** A version; empty while the name is hidden. */
    private volatile Cache<Key, Optional<Object>> versions;

    /** What the group hides that is under way: what is kept of it in the cache may have had to make room. */
    private final Set<Key> hidden = ConcurrentHashMap.newKeySet();

    /** What hidden names point to once the group is durable, as far as that is known. */
    private final Map<Key, Object> next = new HashMap<>();

    PresentVersions() {
        this(MOST);
    }

    /** Keeps at most so many. */
    PresentVersions(long most) {
        this.most = most;
        this.versions = empty();
    }

    private Cache<Key, Optional<Object>> empty() {
        // Its upkeep is short; to wake another thread for it takes longer.
        return Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
    }

    /** The whole state has become another: what is read from now on is kept in another place than what was being read before. To be called by the writer's thread. */
    void forgetAll() {
        versions = empty();
        forgetGroup();
    }

    Optional<Entry> entry(CatalogRecord catalog, TableIdentifier identifier, Supplier<Optional<Entry>> read) {
        return find(new Key(catalog.id(), identifier), Entry.class, read);
    }

    Optional<NamespaceVersion> namespace(
            CatalogRecord catalog, Namespace namespace, Supplier<Optional<NamespaceVersion>> read) {
        return find(new Key(catalog.id(), namespace), NamespaceVersion.class, read);
    }

    /** {@link dev.firn.store.CatalogStore#listingVersion}. */
    OptionalLong listingVersion(CatalogRecord catalog, Namespace namespace) {
        Key key = new Key(catalog.id(), new Listing(namespace));
        Optional<Object> known = versions.getIfPresent(key);
        if (known == null) {
            known = versions.get(
                    key, absent -> hidden.contains(key) ? Optional.empty() : Optional.of(listings.incrementAndGet()));
        }
        return known.isPresent() ? OptionalLong.of((Long) known.get()) : OptionalLong.empty();
    }

    private <T> Optional<T> find(Key key, Class<T> type, Supplier<Optional<T>> read) {
        Optional<Object> known = versions.getIfPresent(key);
        if (known == null) {
            // Only what exists is kept: names that do not are without number.
            known = versions.get(
                    key,
                    absent -> hidden.contains(key)
                            ? Optional.empty()
                            : read.get()
                                    .map(found -> Optional.<Object>of(found))
                                    .orElse(null));
        }
        if (known == null) {
            return Optional.empty();
        }
        return known.isPresent() ? known.map(type::cast) : read.get();
    }

    /** A row of this name is about to change. To be called by the writer's thread. */
    void hide(CatalogRecord catalog, TableIdentifier identifier) {
        hide(new Key(catalog.id(), identifier));
    }

    /** As {@link #hide(CatalogRecord, TableIdentifier)}, of a namespace. */
    void hide(CatalogRecord catalog, Namespace namespace) {
        hide(new Key(catalog.id(), namespace));
    }

    /** A name directly in this namespace is about to come or to go. To be called by the writer's thread. */
    void hideListing(CatalogRecord catalog, Namespace namespace) {
        hide(new Key(catalog.id(), new Listing(namespace)));
    }

    private void hide(Key key) {
        hidden.add(key);
        // One step with the reads of others: one that has begun to read the old row ends before, one that begins later
        // finds the name hidden.
        versions.asMap().compute(key, (name, known) -> Optional.empty());
        next.remove(key);
    }

    /** The row of this version has been written. To be called by the writer's thread. */
    void begin(CatalogRecord catalog, Entry entry) {
        Key key = new Key(catalog.id(), entry.identifier());
        hide(key);
        next.put(key, entry);
    }

    /** Something that the group has written was taken back. To be called by the writer's thread. */
    void takenBack() {
        // It happens rarely: what else the group has written is read again then.
        next.clear();
    }

    /** The group is durable: what it has written can be read from here. To be called by the writer's thread. */
    void groupCommitted() {
        for (Key key : hidden) {
            Object version = next.get(key);
            // Before the cache is told: who looks meanwhile reads what is durable, and must not find it hidden for
            // ever.
            hidden.remove(key);
            versions.asMap().compute(key, (name, known) -> version == null ? null : Optional.of(version));
        }
        forgetGroup();
    }

    /** The group has failed: the database is to be asked. To be called by the writer's thread. */
    void groupFailed() {
        for (Key key : hidden) {
            hidden.remove(key);
            versions.asMap().remove(key);
        }
        forgetGroup();
    }

    private void forgetGroup() {
        hidden.clear();
        next.clear();
    }
}
