package dev.firn.rest;

import dev.firn.catalog.Commits;
import dev.firn.catalog.Namespaces;
import dev.firn.catalog.TableDocuments;
import dev.firn.catalog.Tables;
import dev.firn.catalog.ViewDocuments;
import dev.firn.catalog.Views;
import dev.firn.store.CatalogStore;
import dev.firn.warehouse.Warehouse;
import io.javalin.config.RoutesConfig;

/** The Iceberg REST API: one class of routes for each resource of the specification. */
public final class RestApi {
    private final ConfigRoutes config;
    private final NamespaceRoutes namespaces;
    private final TableRoutes tables;
    private final TransactionRoutes transactions;
    private final ViewRoutes views;

    /**
     * Over this state and these files.
     *
     * @param cacheBytes how much memory parsed metadata and ready answers may take, each
     */
    public RestApi(CatalogStore store, Warehouse warehouse, long cacheBytes) {
        TableDocuments tableDocuments = new TableDocuments(warehouse.files(), cacheBytes);
        ViewDocuments viewDocuments = new ViewDocuments(warehouse.files(), cacheBytes / 8);
        Commits commits = new Commits(store, warehouse, tableDocuments);
        Sessions sessions = new Sessions(store);
        config = new ConfigRoutes(sessions, warehouse.root());
        namespaces = new NamespaceRoutes(sessions, new Namespaces(store, warehouse));
        tables = new TableRoutes(
                sessions, new Tables(store, warehouse, tableDocuments), commits, new TableResponses(cacheBytes));
        transactions = new TransactionRoutes(sessions, commits);
        views = new ViewRoutes(sessions, new Views(store, warehouse, viewDocuments));
    }

    /** Registers all routes, and the answers to what fails. */
    public void register(RoutesConfig routes) {
        CatalogRouter router = new CatalogRouter(routes);
        config.register(routes);
        namespaces.register(router);
        tables.register(router);
        transactions.register(router);
        views.register(router);
        Errors.register(routes);
    }
}
