package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.events.Attempt;
import dev.firn.events.Progress;
import dev.firn.events.WebhookStatus;
import dev.firn.events.Webhooks;
import dev.firn.store.AddedWebhook;
import dev.firn.store.Webhook;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/catalogs/{catalog}/webhooks}: who is told of changes. */
final class WebhookRoutes {
    private static final String ALL = "/api/v1/catalogs/{catalog}/webhooks";
    private static final String ONE = ALL + "/{webhook}";

    private final Sessions sessions;
    private final Webhooks webhooks;
    private final Idempotency idempotency;

    WebhookRoutes(Sessions sessions, Webhooks webhooks, Idempotency idempotency) {
        this.sessions = sessions;
        this.webhooks = webhooks;
        this.idempotency = idempotency;
    }

    void register(RoutesConfig routes) {
        routes.post(ALL, notStored(idempotency.once(this::add)));
        CatalogRouter.get(routes, ALL, this::list);
        CatalogRouter.get(routes, ONE, this::get);
        routes.delete(ONE, idempotency.once(this::remove));
        routes.post(ONE + "/enable", idempotency.onceAfterwards(this::enable));
        routes.post(ONE + "/test", this::test);
    }

    /** What is repeated has the secret in it as well. */
    private static Handler notStored(Handler handler) {
        return context -> {
            context.header("Cache-Control", "no-store");
            handler.handle(context);
        };
    }

    private void add(Context context) {
        CatalogSession session = sessions.ofCatalog(context);
        WebhookRequest request = Bodies.read(context, WebhookRequest.class);
        AddedWebhook added = webhooks.add(session, request.url(), request.secret(), request.filter(), request.after());
        context.status(201);
        Bodies.answer(context, json(added));
    }

    private void list(Context context) {
        Bodies.answer(
                context,
                Map.of(
                        "webhooks",
                        webhooks.list(sessions.ofCatalog(context)).stream()
                                .map(WebhookRoutes::json)
                                .toList()));
    }

    private void get(Context context) {
        Bodies.answer(context, json(webhooks.get(sessions.ofCatalog(context), id(context))));
    }

    private void remove(Context context) {
        webhooks.remove(sessions.ofCatalog(context), id(context));
        context.status(204);
    }

    private void enable(Context context) {
        Bodies.answer(context, json(webhooks.enable(sessions.ofCatalog(context), id(context))));
    }

    private void test(Context context) {
        Attempt attempt;
        try {
            attempt = webhooks.test(sessions.ofCatalog(context), id(context));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceUnavailableException(e, "The server is stopping");
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("delivered", attempt.isDelivered());
        put(json, "status", attempt.status() == 0 ? null : attempt.status());
        put(json, "failure", attempt.failure());
        Bodies.answer(context, json);
    }

    private static long id(Context context) {
        String text = Paths.segment(context, "{webhook}");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new NotFoundException(e, "Webhook does not exist: %s", text);
        }
    }

    /** The only answer with the secret in it. */
    static Map<String, Object> json(AddedWebhook added) {
        Map<String, Object> json =
                json(new WebhookStatus(added.webhook(), added.position(), added.behind(), Progress.NONE));
        json.put("secret", added.webhook().secret());
        return json;
    }

    private static Map<String, Object> json(WebhookStatus status) {
        Webhook webhook = status.webhook();
        Progress progress = status.progress();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", webhook.id());
        json.put("url", webhook.url());
        json.put("operations", new TreeSet<>(webhook.filter().operations()));
        json.put("namespace", webhook.filter().namespace().levels());
        json.put("created-at", webhook.createdAt().toString());
        json.put("created-by", webhook.createdBy());
        put(json, "disabled", webhook.disabled());
        json.put("position", status.position());
        json.put("behind", status.behind());
        put(json, "last-success", progress.lastSuccess());
        json.put("failures", progress.failures());
        put(json, "last-failure", progress.lastFailure());
        put(json, "next-try", progress.nextTry());
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value instanceof Number ? value : value.toString());
        }
    }
}
