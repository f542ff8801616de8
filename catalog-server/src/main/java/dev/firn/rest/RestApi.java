package dev.firn.rest;

import dev.firn.catalog.CatalogServices;
import dev.firn.catalog.MemoryBudget;
import dev.firn.events.Webhooks;
import dev.firn.scan.Scans;
import dev.firn.security.Authority;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Iceberg REST API: one class of routes for each resource of the specification. */
public final class RestApi {
    /** How much of what ready answers may take those may take beside them that are being sent: one in this many. */
    private static final int ANSWERS_SHARE = 2;

    private final Authentication authentication;
    private final OAuthRoutes oauth;
    private final Idempotency idempotency;
    private final DescriptionRoutes description = new DescriptionRoutes();
    private final DocumentationRoutes documentation = new DocumentationRoutes();
    private final ConfigRoutes config;
    private final NamespaceRoutes namespaces;
    private final TableRoutes tables;
    private final ScanRoutes scans;
    private final TransactionRoutes transactions;
    private final ViewRoutes views;
    private final FunctionRoutes functions;
    private final StorageRoutes storage;
    private final MetricsRoutes metrics;
    private final ChangeRoutes changes;
    private final RecoveryRoutes recovery;
    private final WebhookRoutes webhooks;
    private final BackupRoutes backups;

    /**
     * Over these services.
     *
     * @param purgeAfter how long after a drop with purge the files of the table are deleted; null if nothing deletes them as long as this server runs
     * @param cacheBytes how much memory ready answers may take; half as much may be in those that are being sent
     */
    public RestApi(
            CatalogServices services,
            Scans scanPlanning,
            Webhooks eventDelivery,
            Authority authority,
            @Nullable Duration purgeAfter,
            long cacheBytes) {
        authentication = new Authentication(authority);
        oauth = new OAuthRoutes(authority);
        Sessions sessions = new Sessions(services.catalogs());
        TableResponses tableResponses = new TableResponses(cacheBytes);
        idempotency = new Idempotency(sessions, services.receipts(), new Replays(services.receipts(), tableResponses));
        config = new ConfigRoutes(sessions, services.warehouseRoot());
        Listings listings = new Listings(services.namespaces(), cacheBytes);
        namespaces = new NamespaceRoutes(sessions, services.namespaces(), listings);
        CountedAnswers answers = new CountedAnswers(new MemoryBudget(cacheBytes / ANSWERS_SHARE));
        tables = new TableRoutes(sessions, services.tables(), services.commits(), tableResponses, answers, listings);
        scans = new ScanRoutes(sessions, scanPlanning);
        transactions = new TransactionRoutes(sessions, services.commits());
        views = new ViewRoutes(sessions, services.views(), listings);
        functions = new FunctionRoutes(sessions, services.functions());
        storage = new StorageRoutes(sessions, services.tables());
        metrics = new MetricsRoutes(sessions, services.metrics());
        changes = new ChangeRoutes(sessions, services.ledger());
        recovery = new RecoveryRoutes(
                sessions, services.recovery(), services.purges(), services.restores(), idempotency, purgeAfter);
        webhooks = new WebhookRoutes(sessions, eventDelivery, idempotency);
        backups = new BackupRoutes(services.backups(), eventDelivery);
    }

    /** Registers all routes, and the answers to what fails; {@link #identify} has to come before them. */
    public void register(RoutesConfig routes) {
        CatalogRouter router = new CatalogRouter(routes, idempotency);
        oauth.register(routes);
        description.register(routes);
        documentation.register(routes);
        config.register(routes);
        namespaces.register(router);
        tables.register(router);
        scans.register(router);
        transactions.register(router);
        views.register(router);
        functions.register(router);
        storage.register(router);
        metrics.register(router, routes);
        changes.register(routes);
        recovery.register(routes);
        webhooks.register(routes);
        backups.register(routes);
        Errors.register(routes);
    }

    /** To be called before any route: finds out who calls. Throws {@code NotAuthorizedException} or {@code ForbiddenException} if he is to be turned away. */
    void identify(Context context) {
        authentication.identify(context);
    }

    /** Ends the answers that would never end by themselves. */
    void close() {
        changes.close();
    }
}
