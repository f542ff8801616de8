package dev.firn.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code GET /openapi.json}: what this server serves. */
final class DescriptionRoutes {
    private final Description description = new Description();

    void register(RoutesConfig routes) {
        CatalogRouter.get(routes, "/openapi.json", this::document);
    }

    private void document(Context context) throws IOException {
        description.response().sendUnlessKnown(context);
    }
}
