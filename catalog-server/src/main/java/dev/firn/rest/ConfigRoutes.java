package dev.firn.rest;

import dev.firn.catalog.Catalogs;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/config}: what this server is and does. */
final class ConfigRoutes {
    /** What is served, in the words of the specification. */
    private static final List<String> ENDPOINTS = List.of(
            "GET /v1/{prefix}/namespaces",
            "POST /v1/{prefix}/namespaces",
            "GET /v1/{prefix}/namespaces/{namespace}",
            "HEAD /v1/{prefix}/namespaces/{namespace}",
            "DELETE /v1/{prefix}/namespaces/{namespace}",
            "POST /v1/{prefix}/namespaces/{namespace}/properties",
            "GET /v1/{prefix}/namespaces/{namespace}/tables",
            "POST /v1/{prefix}/namespaces/{namespace}/tables",
            "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/unregister",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan",
            "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks",
            "POST /v1/{prefix}/namespaces/{namespace}/register",
            "POST /v1/{prefix}/tables/rename",
            "POST /v1/{prefix}/transactions/commit",
            "GET /v1/{prefix}/namespaces/{namespace}/views",
            "POST /v1/{prefix}/namespaces/{namespace}/views",
            "GET /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "POST /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "POST /v1/{prefix}/namespaces/{namespace}/register-view",
            "POST /v1/{prefix}/views/rename",
            "GET /v1/{prefix}/namespaces/{namespace}/functions",
            "GET /v1/{prefix}/namespaces/{namespace}/functions/{function}");

    private final Sessions sessions;
    private final String warehouseRoot;

    ConfigRoutes(Sessions sessions, String warehouseRoot) {
        this.sessions = sessions;
        this.warehouseRoot = warehouseRoot;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/config", this::config);
        routes.head("/v1/config", this::config);
    }

    private void config(Context context) {
        // The name of a past catalog comes back with the change that it means: what a client opened does not move under
        // it.
        String prefix = sessions.of(context, catalogName(context.queryParam("warehouse")))
                .name();
        Bodies.answer(
                context,
                Map.of(
                        "defaults",
                        Map.of(),
                        "overrides",
                        Map.of("prefix", prefix),
                        "endpoints",
                        ENDPOINTS,
                        "idempotency-key-lifetime",
                        Idempotency.LIFETIME.toString()));
    }

    /** A warehouse is named, or known by its location; who names none means the default one. */
    private String catalogName(@Nullable String warehouse) {
        if (warehouse == null || warehouse.isEmpty() || isRoot(warehouse)) {
            return Catalogs.DEFAULT;
        }
        return warehouse;
    }

    private boolean isRoot(String warehouse) {
        String root = warehouseRoot.replaceFirst("^file://", "");
        return warehouse.replaceFirst("/+$", "").replaceFirst("^file:(//)?", "").equals(root);
    }
}
