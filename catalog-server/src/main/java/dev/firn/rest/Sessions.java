package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.security.Principal;
import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Moment;
import io.javalin.http.Context;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;

/** Finds out which catalog a request is about. */
final class Sessions {
    /** The catalog of a request that names none. */
    static final String DEFAULT_CATALOG = "main";

    private static final String PREFIX = "{prefix}";

    private final CatalogStore store;
    /** Catalogs that are known to exist; they never end. */
    private final ConcurrentMap<String, CatalogRecord> known = new ConcurrentHashMap<>();

    Sessions(CatalogStore store) {
        this.store = store;
    }

    /** The session of a request by the prefix of its path, the default catalog's if the route has none. */
    CatalogSession of(Context context) {
        boolean prefixed = context.endpoint().path.startsWith(PREFIX, "/v1/".length());
        return of(prefixed ? Paths.segment(context, PREFIX) : DEFAULT_CATALOG);
    }

    /**
     * The session of a catalog.
     *
     * @throws NoSuchWarehouseException if there is none of this name
     */
    CatalogSession of(String name) {
        CatalogRecord catalog = known.get(name);
        if (catalog == null) {
            catalog = store.catalog(name)
                    .orElseThrow(() -> new NoSuchWarehouseException("Warehouse does not exist: %s", name));
            known.put(name, catalog);
        }
        return new CatalogSession(catalog, Moment.PRESENT, Principal.ANONYMOUS.name());
    }
}
