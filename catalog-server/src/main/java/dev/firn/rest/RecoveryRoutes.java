package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.DroppedPurges;
import dev.firn.catalog.Recovered;
import dev.firn.catalog.Recovery;
import dev.firn.catalog.Restores;
import dev.firn.store.Dropped;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/catalogs/{catalog}/dropped} and how tables come back, those that were dropped and those that were something else; and what becomes of those that are not to come back. */
final class RecoveryRoutes {
    private static final int USUAL_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;

    private final Sessions sessions;
    private final Recovery recovery;
    private final DroppedPurges purges;
    private final Restores restores;
    private final Idempotency idempotency;
    private final @Nullable Duration purgeAfter;

    /** {@code purgeAfter} is how long what was purged can come back; null if nothing ends that. */
    RecoveryRoutes(
            Sessions sessions,
            Recovery recovery,
            DroppedPurges purges,
            Restores restores,
            Idempotency idempotency,
            @Nullable Duration purgeAfter) {
        this.sessions = sessions;
        this.recovery = recovery;
        this.purges = purges;
        this.restores = restores;
        this.idempotency = idempotency;
        this.purgeAfter = purgeAfter;
    }

    void register(RoutesConfig routes) {
        CatalogRouter.get(routes, "/api/v1/catalogs/{catalog}/dropped", this::list);
        routes.post("/api/v1/catalogs/{catalog}/undrop", idempotency.once(this::undrop));
        routes.post("/api/v1/catalogs/{catalog}/purge", idempotency.once(this::purge));
        routes.post("/api/v1/catalogs/{catalog}/restore-table", idempotency.once(this::restoreTable));
    }

    /** A page, what was dropped last first; {@code next} is the {@code before} of the page that follows, if one does. */
    private void list(Context context) {
        long before = Queries.number(context, "before", Long.MAX_VALUE);
        int limit = Queries.limit(context, USUAL_LIMIT, LARGEST_LIMIT);
        List<Dropped> found = recovery.dropped(sessions.ofCatalog(context), before, limit);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("dropped", found.stream().map(this::json).toList());
        if (found.size() == limit) {
            answer.put("next", found.get(found.size() - 1).change());
        }
        Bodies.answer(context, answer);
    }

    private void undrop(Context context) {
        UndropRequest request = Bodies.read(context, UndropRequest.class);
        Recovered recovered = recovery.undrop(sessions.ofCatalog(context), request.undrop());
        Bodies.answer(context, RecoveredJson.of(recovered));
    }

    private void purge(Context context) {
        PurgeRequest request = Bodies.read(context, PurgeRequest.class);
        CatalogSession session = sessions.ofCatalog(context);
        Bodies.answer(context, RecoveredJson.of(purges.purge(session, request.identifier(), request.change())));
    }

    private void restoreTable(Context context) {
        RestoreTableRequest request = Bodies.read(context, RestoreTableRequest.class);
        CatalogSession session = sessions.ofCatalog(context);
        Bodies.answer(context, RecoveredJson.of(restores.restore(session, request.identifier(), request.at())));
    }

    private Map<String, Object> json(Dropped dropped) {
        Map<String, Object> json = RecoveredJson.of(dropped.entry(), dropped.change());
        json.put("at", dropped.at().toString());
        json.put("principal", dropped.principal());
        Instant purgedAt = dropped.purgedAt();
        json.put("purge-requested", purgedAt != null);
        if (purgedAt != null && purgeAfter != null) {
            json.put("until", purgedAt.plus(purgeAfter).toString());
        }
        return json;
    }
}
