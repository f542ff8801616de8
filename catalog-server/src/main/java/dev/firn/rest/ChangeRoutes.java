package dev.firn.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.ChangeFilter;
import dev.firn.store.LedgerRow;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.BadRequestException;

/** {@code GET /api/v1/catalogs/{catalog}/changes}: the ledger, in pages, or followed live as server-sent events. */
final class ChangeRoutes {
    private static final int USUAL_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;

    /** How many batches are looked through for a page of what a filter wants. */
    private static final int MOST_BATCHES = 10;

    private final Sessions sessions;
    private final Ledger ledger;
    private final ChangeStreams streams;

    ChangeRoutes(Sessions sessions, Ledger ledger) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.streams = new ChangeStreams(ledger);
    }

    void register(RoutesConfig routes) {
        CatalogRouter.get(routes, "/api/v1/catalogs/{catalog}/changes", this::changes);
    }

    /** Ends the streams, so that the server can stop. */
    void close() {
        streams.close();
    }

    private void changes(Context context) throws IOException {
        CatalogSession session = sessions.ofCatalog(context);
        if (!context.method().equals(HandlerType.HEAD) && Accepts.events(context.header("Accept"))) {
            follow(context, session);
            return;
        }
        ChangeFilter filter = ChangeFilters.of(context);
        int limit = Queries.limit(context, USUAL_LIMIT, LARGEST_LIMIT);
        // Asked after the changes were read: history may go on ending meanwhile.
        if (context.queryParam("after") == null) {
            long start;
            Map<String, Object> page;
            do {
                start = ledger.start(session);
                page = page(session, filter, start, limit);
            } while (ledger.start(session) != start);
            Bodies.answer(context, page);
        } else {
            long after = happened("after", Queries.number(context, "after", 0));
            Map<String, Object> page = page(session, filter, after, limit);
            ledger.requireKept(session, after);
            Bodies.answer(context, page);
        }
    }

    /** A page may hold less than its limit, also nothing, before the end: who wants little would otherwise wait for long. At the end {@code next} stays. */
    private Map<String, Object> page(CatalogSession session, ChangeFilter filter, long after, int limit) {
        List<ObjectNode> found = new ArrayList<>();
        long next = after;
        int batch = filter.isAll() ? limit : LARGEST_LIMIT;
        for (int left = filter.isAll() ? 1 : MOST_BATCHES; left > 0; left--) {
            List<LedgerRow> rows = ledger.changes(session, next, batch);
            for (LedgerRow row : rows) {
                if (found.size() == limit) {
                    break;
                }
                next = row.change();
                if (filter.wants(row)) {
                    found.add(Ledger.json(row));
                }
            }
            if (found.size() == limit || rows.size() < batch) {
                break;
            }
        }
        return Map.of("changes", found, "next", next);
    }

    /** Who has seen more than there is follows another state, as an older backup is: he would miss what happens until its numbers reach his. */
    private long happened(String name, long change) {
        if (change < 0) {
            throw new BadRequestException("%s must not be negative: %s", name, change);
        }
        long newest = ledger.newest();
        if (change > newest) {
            throw new BadRequestException(
                    "There is no change %s yet, the newest is %s: %s is of another state of the catalog",
                    change, newest, name);
        }
        return change;
    }

    /** Who resumes says where with {@code Last-Event-ID}, as browsers do by themselves; who names nothing gets what happens from now on. */
    private void follow(Context context, CatalogSession session) throws IOException {
        if (!session.moment().isPresent()) {
            throw new BadRequestException("Nothing happens any more in a past catalog: %s", session.name());
        }
        String seen = context.header("Last-Event-ID");
        boolean resumes = seen != null && !seen.isEmpty();
        long after = resumes
                ? happened("Last-Event-ID", Queries.number("Last-Event-ID", seen, 0))
                : happened("after", Queries.number(context, "after", ledger.newest()));
        ledger.requireKept(session, after);
        streams.follow(
                context, session, ChangeFilters.of(context), after, resumes || context.queryParam("after") != null);
    }
}
