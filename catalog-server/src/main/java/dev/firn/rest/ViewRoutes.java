package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.NewView;
import dev.firn.catalog.ViewDocument;
import dev.firn.catalog.Views;
import io.javalin.http.Context;
import java.io.IOException;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ImmutableLoadViewResponse;
import org.apache.iceberg.rest.responses.LoadViewResponse;

/** {@code /v1/{prefix}/namespaces/{namespace}/views} and what else is about one view. */
final class ViewRoutes {
    private static final String ALL = "/namespaces/{namespace}/views";
    private static final String ONE = "/namespaces/{namespace}/views/{view}";

    private final Sessions sessions;
    private final Views views;
    private final Listings listings;

    ViewRoutes(Sessions sessions, Views views, Listings listings) {
        this.sessions = sessions;
        this.views = views;
        this.listings = listings;
    }

    void register(CatalogRouter router) {
        router.get(ALL, this::list);
        router.postOnce(ALL, this::create);
        router.get(ONE, this::load, this::exists);
        router.postOnce(ONE, this::replace);
        router.deleteOnce(ONE, this::drop);
        router.postOnce("/namespaces/{namespace}/register-view", this::register);
        router.postOnce("/views/rename", this::rename);
    }

    private void list(Context context) throws IOException {
        CatalogSession session = sessions.of(context);
        Namespace namespace = Paths.namespace(context);
        listings.answer(context, session, namespace, Listings.Kind.VIEWS, page -> views.list(session, namespace, page));
    }

    private void create(Context context) {
        CreateViewRequest request = Bodies.read(context, CreateViewRequest.class);
        NewView view = new NewView(
                Requests.identifier(Paths.namespace(context), request.name()),
                request.location(),
                request.schema(),
                request.viewVersion(),
                Requests.properties(request.properties()));
        Later.json(context, views.create(sessions.of(context), view), ViewRoutes::response);
    }

    private void load(Context context) {
        References.check(context);
        Bodies.answer(context, response(views.document(views.load(sessions.of(context), Paths.view(context)))));
    }

    private void exists(Context context) {
        views.load(sessions.of(context), Paths.view(context));
        context.status(204);
    }

    private void replace(Context context) {
        UpdateTableRequest request = Bodies.read(context, UpdateTableRequest.class);
        Bodies.answer(
                context, response(views.commit(sessions.of(context), Requests.commit(Paths.view(context), request))));
    }

    private void drop(Context context) {
        Later.noContent(context, views.drop(sessions.of(context), Paths.view(context)));
    }

    private void register(Context context) {
        RegisterViewRequest request = Bodies.read(context, RegisterViewRequest.class);
        TableIdentifier identifier = Requests.identifier(Paths.namespace(context), request.name());
        Bodies.answer(context, response(views.register(sessions.of(context), identifier, request.metadataLocation())));
    }

    private void rename(Context context) {
        RenameTableRequest request = Bodies.read(context, RenameTableRequest.class);
        Later.noContent(context, views.rename(sessions.of(context), request.source(), request.destination()));
    }

    static LoadViewResponse response(ViewDocument document) {
        return ImmutableLoadViewResponse.builder()
                .metadata(document.metadata())
                .metadataLocation(document.metadata().metadataFileLocation())
                .build();
    }
}
