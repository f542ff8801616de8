package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Lets the commits of this process to one table come one after another, in the order in which they asked. What makes a commit correct is the compare-and-set
 * of the pointer; this only spares those that would lose the race the work of trying again.
 */
final class CommitLocks {
    private static final int STRIPES = 1024;

    private final List<ReentrantLock> stripes =
            Stream.generate(() -> new ReentrantLock(true)).limit(STRIPES).toList();

    /** Waits for all these tables; always in the same order, so that no two wait for each other. */
    Held acquire(CatalogRecord catalog, Collection<TableIdentifier> identifiers) {
        List<ReentrantLock> locks = identifiers.stream()
                .mapToInt(identifier -> Math.floorMod(31 * identifier.hashCode() + catalog.id(), STRIPES))
                .distinct()
                .sorted()
                .mapToObj(stripes::get)
                .toList();
        locks.forEach(ReentrantLock::lock);
        return () -> locks.forEach(ReentrantLock::unlock);
    }

    /** To be closed when the commit is over. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
