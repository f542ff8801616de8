package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Moment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;

/** The catalogs of this server, which REST clients call warehouses. */
public final class Catalogs {
    /** The catalog of a request that names none. */
    public static final String DEFAULT = "main";

    private final CatalogStore store;

    /** Catalogs that are known to exist; they never end. */
    private final ConcurrentMap<String, CatalogRecord> known = new ConcurrentHashMap<>();

    /** The catalogs of this state. */
    public Catalogs(CatalogStore store) {
        this.store = store;
    }

    /**
     * Opens a catalog for somebody.
     *
     * @param name as in {@code warehouse=main}, or the prefix of a path
     * @param principal who asks
     * @throws NoSuchWarehouseException if there is none of this name
     */
    public CatalogSession open(String name, String principal) {
        CatalogRecord catalog = known.get(name);
        if (catalog == null) {
            catalog = store.catalog(name)
                    .orElseThrow(() -> new NoSuchWarehouseException("Warehouse does not exist: %s", name));
            known.put(name, catalog);
        }
        return new CatalogSession(catalog, Moment.PRESENT, principal);
    }
}
