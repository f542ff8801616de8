package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Catalogs;
import dev.firn.catalog.Once;
import io.javalin.http.Context;

/** Finds out which catalog a request is about, and for whom. */
final class Sessions {
    private static final String PREFIX = "{prefix}";
    private static final String CATALOG = "{catalog}";

    private final Catalogs catalogs;

    Sessions(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** The session of a request by the prefix of its path, the default catalog's if the route has none. */
    CatalogSession of(Context context) {
        boolean prefixed = context.endpoint().path.startsWith(PREFIX, "/v1/".length());
        return once(context, of(context, prefixed ? Paths.segment(context, PREFIX) : Catalogs.DEFAULT));
    }

    /** The session of a request to a route of our own, which names the catalog as {@code {catalog}}. */
    CatalogSession ofCatalog(Context context) {
        return once(context, of(context, Paths.segment(context, CATALOG)));
    }

    /** The session of a request to either kind of route. */
    CatalogSession ofAny(Context context) {
        return context.endpoint().path.contains(CATALOG) ? ofCatalog(context) : of(context);
    }

    private static CatalogSession once(Context context, CatalogSession session) {
        Once once = Idempotency.of(context);
        CatalogSession counted =
                CountedRequests.share(context).map(session::within).orElse(session);
        return once == null ? counted : counted.doing(once);
    }

    /** The session of a catalog by its name. Throws {@code NoSuchWarehouseException} if there is none of this name. */
    CatalogSession of(Context context, String name) {
        return catalogs.open(name, Authentication.principal(context).name());
    }
}
