package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Moment;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.jspecify.annotations.Nullable;

/** The catalogs of this server, which REST clients call warehouses. */
public final class Catalogs {
    /** The catalog of a request that names none. */
    public static final String DEFAULT = "main";

    private final CatalogStore store;
    private final Moments moments;

    /** Catalogs that are known to exist; they never end. */
    private final ConcurrentMap<String, CatalogRecord> known = new ConcurrentHashMap<>();

    /** The catalogs of this state. */
    public Catalogs(CatalogStore store) {
        this.store = store;
        this.moments = new Moments(store.ledger(), Clock.systemUTC());
    }

    /**
     * Opens a catalog for somebody.
     *
     * @param name as in {@code warehouse=main}, or the prefix of a path; {@code main@2026-11-01}, {@code main@2026-11-01T12:00:00Z} and
     *     {@code main@change:1234} open it read-only, as it was then
     * @param principal who asks
     * @throws NoSuchWarehouseException if there is none of this name, or none then
     * @throws org.apache.iceberg.exceptions.BadRequestException if what follows the {@code @} is no moment
     */
    public CatalogSession open(String name, String principal) {
        CatalogRecord catalog = find(name);
        if (catalog != null) {
            return new CatalogSession(catalog, Moment.PRESENT, principal);
        }
        int at = name.lastIndexOf('@');
        CatalogRecord past = at < 0 ? null : find(name.substring(0, at));
        if (past == null) {
            throw new NoSuchWarehouseException("Warehouse does not exist: %s", name);
        }
        return new CatalogSession(past, moments.resolve(past, name.substring(at + 1)), principal);
    }

    private @Nullable CatalogRecord find(String name) {
        CatalogRecord catalog = known.get(name);
        if (catalog == null) {
            catalog = store.catalog(name).orElse(null);
            if (catalog != null) {
                known.put(name, catalog);
            }
        }
        return catalog;
    }
}
