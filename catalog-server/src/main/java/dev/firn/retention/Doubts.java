package dev.firn.retention;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.Purge;
import dev.firn.store.PurgeStore;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which purges wait for a table that cannot be read. All of them, for a while, so that it can be mended; after that, if it is damaged, only those that it may have to do with: it has
 * their identity, a folder of it and one of theirs lie in each other, or what is left of it names files of theirs. A table that is only out of reach, or that others may understand, makes
 * all of them wait as long as it takes: it may be whole.
 *
 * <p>Remembers since when each table is damaged, as far as this process has seen.
 */
final class Doubts {
    private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);

    private record Key(int catalog, TableIdentifier name, String uuid) {}

    private final PurgeStore purges;
    private final FileStore files;
    private final LocalCleanup cleanup;
    private final Duration patience;
    /** In the time of {@link System#nanoTime}, which nobody sets. */
    private final Map<Key, Long> since = new HashMap<>();

    private final Set<Key> passedOver = new HashSet<>();

    /** {@code patience} is how long a damaged table makes all purges wait. */
    Doubts(PurgeStore purges, FileStore files, LocalCleanup cleanup, Duration patience) {
        this.purges = purges;
        this.files = files;
        this.cleanup = cleanup;
        this.patience = patience;
    }

    /** A table can be read. */
    void isReadable(CatalogRecord catalog, Entry entry) {
        if (!since.isEmpty()) {
            Key key = key(catalog, entry);
            since.remove(key);
            passedOver.remove(key);
        }
    }

    /** Those of some purges that wait for a table that cannot be read. Throws {@link RuntimeException} if that cannot be told. */
    Set<Purge> waiting(CatalogRecord catalog, Entry entry, Map<Purge, PurgedTable> tables) {
        Key key = key(catalog, entry);
        long now = System.nanoTime();
        if (since.containsKey(key) && now - since.get(key) < patience.toNanos()) {
            return tables.keySet();
        }
        Remains remains = Remains.of(catalog, entry, purges, files, cleanup);
        if (!remains.isDamaged()) {
            since.remove(key);
            return tables.keySet();
        }
        if (now - since.computeIfAbsent(key, unknown -> now) < patience.toNanos()) {
            return tables.keySet();
        }
        Set<Purge> waiting = new HashSet<>();
        tables.forEach((purge, table) -> {
            if (purge.last().uuid().equals(entry.uuid())
                    || table.roots().stream().anyMatch(remains::touches)) {
                waiting.add(purge);
            }
        });
        if (waiting.size() < tables.size() && passedOver.add(key)) {
            LOG.warn(
                    "{} is still damaged; purges go on of tables in whose folders it does not lie and whose files it does not name, as far as it can be read",
                    entry.identifier());
        }
        return waiting;
    }

    private static Key key(CatalogRecord catalog, Entry entry) {
        return new Key(catalog.id(), entry.identifier(), entry.uuid());
    }
}
