package dev.firn.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/** Registers each route of the specification twice: {@code /v1/{prefix}/…} as written there, and {@code /v1/…} for the default catalog. */
final class CatalogRouter {
    private static final String PLAIN = "/v1";
    private static final String PREFIXED = "/v1/{prefix}";

    private final RoutesConfig routes;
    private final Idempotency idempotency;

    CatalogRouter(RoutesConfig routes, Idempotency idempotency) {
        this.routes = routes;
        this.idempotency = idempotency;
    }

    /** A {@code GET}, and the {@code HEAD} that answers as it does, without the body. */
    void get(String path, Handler handler) {
        get(path, handler, handler);
    }

    /** A {@code GET}, and a {@code HEAD} that is an operation of its own. */
    void get(String path, Handler handler, Handler head) {
        routes.get(PLAIN + path, handler);
        routes.get(PREFIXED + path, handler);
        head(path, head);
    }

    /** The same at one path, for a route of our own. */
    static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private void head(String path, Handler handler) {
        routes.head(PLAIN + path, handler);
        routes.head(PREFIXED + path, handler);
    }

    void post(String path, Handler handler) {
        routes.post(PLAIN + path, handler);
        routes.post(PREFIXED + path, handler);
    }

    /** A {@code POST} that changes the state, and is done once however often it comes with the same key. */
    void postOnce(String path, Handler handler) {
        post(path, idempotency.once(handler));
    }

    /** A {@code POST} that changes nothing which outlives the process, and is done once however often it comes with the same key. */
    void postOnceInMemory(String path, Handler handler) {
        post(path, idempotency.onceInMemory(handler));
    }

    void delete(String path, Handler handler) {
        routes.delete(PLAIN + path, handler);
        routes.delete(PREFIXED + path, handler);
    }

    /** A {@code DELETE} that changes the state, and is done once however often it comes with the same key. */
    void deleteOnce(String path, Handler handler) {
        delete(path, idempotency.once(handler));
    }

    /** A {@code DELETE} of the same kind. */
    void deleteOnceInMemory(String path, Handler handler) {
        delete(path, idempotency.onceInMemory(handler));
    }
}
