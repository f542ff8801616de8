package dev.firn.rest;

import dev.firn.catalog.Functions;
import io.javalin.http.Context;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** {@code /v1/{prefix}/namespaces/{namespace}/functions}. */
final class FunctionRoutes {
    private static final String ALL = "/namespaces/{namespace}/functions";

    private final Sessions sessions;
    private final Functions functions;

    FunctionRoutes(Sessions sessions, Functions functions) {
        this.sessions = sessions;
        this.functions = functions;
    }

    void register(CatalogRouter router) {
        router.get(ALL, this::list);
        router.get(ALL + "/{function}", this::load);
    }

    private void list(Context context) {
        Namespace namespace = Paths.namespace(context);
        Queries.page(context);
        Bodies.answer(context, Map.of("identifiers", functions.list(sessions.of(context), namespace)));
    }

    private void load(Context context) {
        TableIdentifier function = Requests.identifier(Paths.namespace(context), Paths.segment(context, "{function}"));
        functions.load(sessions.of(context), function);
    }
}
