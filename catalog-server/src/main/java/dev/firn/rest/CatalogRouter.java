package dev.firn.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/** Registers each route of the specification twice: {@code /v1/{prefix}/…} as written there, and {@code /v1/…} for the default catalog. */
final class CatalogRouter {
    private static final String PLAIN = "/v1";
    private static final String PREFIXED = "/v1/{prefix}";

    private final RoutesConfig routes;

    CatalogRouter(RoutesConfig routes) {
        this.routes = routes;
    }

    void get(String path, Handler handler) {
        routes.get(PLAIN + path, handler);
        routes.get(PREFIXED + path, handler);
    }

    void head(String path, Handler handler) {
        routes.head(PLAIN + path, handler);
        routes.head(PREFIXED + path, handler);
    }

    void post(String path, Handler handler) {
        routes.post(PLAIN + path, handler);
        routes.post(PREFIXED + path, handler);
    }

    void delete(String path, Handler handler) {
        routes.delete(PLAIN + path, handler);
        routes.delete(PREFIXED + path, handler);
    }
}
