package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Namespaces;
import dev.firn.store.NamespaceVersion;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.responses.GetNamespaceResponse;

/** {@code /v1/{prefix}/namespaces}. */
final class NamespaceRoutes {
    private static final String ALL = "/namespaces";
    private static final String ONE = "/namespaces/{namespace}";

    private final Sessions sessions;
    private final Namespaces namespaces;
    private final Listings listings;

    NamespaceRoutes(Sessions sessions, Namespaces namespaces, Listings listings) {
        this.sessions = sessions;
        this.namespaces = namespaces;
        this.listings = listings;
    }

    void register(CatalogRouter router) {
        router.get(ALL, this::list);
        router.postOnce(ALL, this::create);
        router.get(ONE, this::load, this::exists);
        router.deleteOnce(ONE, this::drop);
        router.postOnce(ONE + "/properties", this::updateProperties);
    }

    private void list(Context context) throws IOException {
        CatalogSession session = sessions.of(context);
        String joined = context.queryParam("parent");
        Namespace parent = joined == null || joined.isEmpty() ? Namespace.empty() : Paths.namespace(joined);
        listings.answer(
                context, session, parent, Listings.Kind.NAMESPACES, page -> namespaces.list(session, parent, page));
    }

    private void create(Context context) {
        CreateNamespaceRequest request = Bodies.read(context, CreateNamespaceRequest.class);
        Later.json(
                context,
                namespaces.create(sessions.of(context), request.namespace(), Requests.properties(request.properties())),
                NamespaceResponses::created);
    }

    private void load(Context context) {
        NamespaceVersion found = namespaces.load(sessions.of(context), Paths.namespace(context));
        Bodies.answer(
                context,
                GetNamespaceResponse.builder()
                        .withNamespace(found.namespace())
                        .setProperties(new HashMap<>(found.properties()))
                        .build());
    }

    private void exists(Context context) {
        namespaces.load(sessions.of(context), Paths.namespace(context));
        context.status(204);
    }

    private void drop(Context context) {
        Later.noContent(context, namespaces.drop(sessions.of(context), Paths.namespace(context)));
    }

    private void updateProperties(Context context) {
        UpdateNamespacePropertiesRequest request = Bodies.read(context, UpdateNamespacePropertiesRequest.class);
        Map<String, String> updates = Requests.properties(request.updates());
        List<String> removals = Requests.keys(request.removals());
        Set<String> both = new HashSet<>(removals);
        both.retainAll(updates.keySet());
        if (!both.isEmpty()) {
            throw new UnprocessableEntityException("Keys are both to be set and to be removed: %s", both);
        }
        Namespaces.PropertyChanges changes =
                namespaces.updateProperties(sessions.of(context), Paths.namespace(context), removals, updates);
        Bodies.answer(context, NamespaceResponses.updated(changes));
    }
}
