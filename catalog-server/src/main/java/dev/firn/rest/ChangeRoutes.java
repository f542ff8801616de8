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
        long after = Queries.number(context, "after", 0);
        int limit = Queries.limit(context, USUAL_LIMIT, LARGEST_LIMIT);
        List<LedgerRow> rows = ledger.changes(session, after, limit);
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
                ? Queries.number(context, "after", ledger.newest())
                : Queries.number("Last-Event-ID", seen, 0);
        streams.follow(context, session, after);
    }
}
