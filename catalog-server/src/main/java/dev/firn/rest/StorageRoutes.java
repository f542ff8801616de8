package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Tables;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.RemoteSignRequest;

/** What clients need to reach the files of a table: for folders of this machine nothing, so no credentials are given out and no requests are signed. */
final class StorageRoutes {
    private static final String TABLE = "/namespaces/{namespace}/tables/{table}";

    private final Sessions sessions;
    private final Tables tables;

    StorageRoutes(Sessions sessions, Tables tables) {
        this.sessions = sessions;
        this.tables = tables;
    }

    void register(CatalogRouter router) {
        router.get(TABLE + "/credentials", this::credentials);
        router.post(TABLE + "/sign", this::sign);
    }

    private void credentials(Context context) {
        References.check(context);
        CatalogSession session = sessions.of(context);
        tables.requireNotPurged(session, tables.load(session, Paths.table(context)));
        Bodies.answer(context, Map.of("storage-credentials", List.of()));
    }

    /** Answers 400 also for a table that does not exist: the specification has no 404 here. */
    private void sign(Context context) {
        RemoteSignRequest request = Bodies.read(context, RemoteSignRequest.class);
        sessions.of(context);
        throw new BadRequestException(
                "The table %s is in a folder, where requests need no signature: %s",
                Paths.table(context), request.uri());
    }
}
