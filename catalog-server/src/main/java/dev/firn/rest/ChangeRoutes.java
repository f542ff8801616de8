package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.LedgerRow;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/catalogs/{catalog}/changes}: the ledger, in pages, or followed live as server-sent events. */
final class ChangeRoutes {
    private static final int USUAL_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;

    private final Sessions sessions;
    private final Ledger ledger;
    private final ChangeStreams streams;

    ChangeRoutes(Sessions sessions, Ledger ledger) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.streams = new ChangeStreams(ledger);
    }

    void register(RoutesConfig routes) {
        routes.get("/api/v1/catalogs/{catalog}/changes", this::changes);
    }

    /** Ends the streams, so that the server can stop. */
    void close() {
        streams.close();
    }

    private void changes(Context context) throws IOException {
        CatalogSession session = sessions.ofCatalog(context);
        String accept = context.header("Accept");
        if (accept != null && accept.contains("text/event-stream")) {
            follow(context, session);
            return;
        }
        long after = number("after", context.queryParam("after"), 0);
        long limit = number("limit", context.queryParam("limit"), USUAL_LIMIT);
        if (limit < 1) {
            throw new BadRequestException("limit must be at least 1: %s", limit);
        }
        List<LedgerRow> rows = ledger.changes(session, after, (int) Math.min(limit, LARGEST_LIMIT));
        long next = rows.isEmpty() ? after : rows.get(rows.size() - 1).change();
        Bodies.answer(context, Map.of("changes", rows.stream().map(Ledger::json).toList(), "next", next));
    }

    /** Who resumes says where with {@code Last-Event-ID}, as browsers do by themselves; who names nothing gets what happens from now on. */
    private void follow(Context context, CatalogSession session) throws IOException {
        if (!session.moment().isPresent()) {
            throw new BadRequestException("Nothing happens any more in a past catalog: %s", session.name());
        }
        String seen = context.header("Last-Event-ID");
        long after = seen == null
                ? number("after", context.queryParam("after"), ledger.newest())
                : number("Last-Event-ID", seen, 0);
        streams.follow(context, session, after);
    }

    private static long number(String name, @Nullable String text, long otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadRequestException(e, "%s is not a number: %s", name, text);
        }
    }
}
