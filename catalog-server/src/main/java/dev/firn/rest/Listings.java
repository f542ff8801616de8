package dev.firn.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Namespaces;
import dev.firn.store.Page;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;

/**
 * The answers to listings, ready as bytes, by what stands for the names in a namespace: a change of names makes another number of that, so nothing has to be
 * invalidated, and commits to tables leave the answers as they are.
 */
final class Listings {
    /** What is listed of a namespace. */
    enum Kind {
        NAMESPACES,
        TABLES,
        VIEWS
    }

    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final int WEIGHT = 200;

    private record Key(long version, Kind kind, Page page) {}

    private final Namespaces namespaces;
    private final Cache<Key, ReadyBody> answers;

    /** Keeps at most a quarter of {@code cacheBytes}: pages are small and made again in no time. */
    Listings(Namespaces namespaces, long cacheBytes) {
        this.namespaces = namespaces;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(Math.min(cacheBytes / 4, MOST_BYTES))
                .weigher((Key key, ReadyBody body) ->
                        WEIGHT + 2 * key.page.after().length() + body.weight())
                .build();
    }

    /** Answers with what is there of a kind directly in a namespace, which {@code list} reads, one name more than fits the page. */
    void answer(
            Context context, CatalogSession session, Namespace namespace, Kind kind, Function<Page, List<String>> list)
            throws IOException {
        Page page = Queries.page(context);
        // Asked first: what is read afterwards is at least as new.
        OptionalLong version = namespaces.listingVersion(session, namespace);
        if (version.isEmpty()) {
            body(namespace, kind, list.apply(page), page).send(context);
            return;
        }
        Key key = new Key(version.getAsLong(), kind, page);
        ReadyBody body = answers.getIfPresent(key);
        if (body == null) {
            body = body(namespace, kind, list.apply(page), page);
            answers.put(key, body);
        }
        body.send(context);
    }

    private static ReadyBody body(Namespace namespace, Kind kind, List<String> found, Page page) throws IOException {
        List<String> fitting = Queries.fitting(found, page);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart(kind == Kind.NAMESPACES ? "namespaces" : "identifiers");
            for (String name : fitting) {
                if (kind == Kind.NAMESPACES) {
                    write(json, namespace, name);
                } else {
                    json.writeStartObject();
                    json.writeFieldName("namespace");
                    write(json, namespace);
                    json.writeStringField("name", name);
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            String last = fitting.isEmpty() ? "" : fitting.get(fitting.size() - 1);
            json.writeStringField("next-page-token", Queries.nextToken(found, page, last));
            json.writeEndObject();
        }
        return new ReadyBody(bytes.toByteArray());
    }

    private static void write(JsonGenerator json, Namespace namespace, String... more) throws IOException {
        json.writeStartArray();
        for (String level : namespace.levels()) {
            json.writeString(level);
        }
        for (String level : more) {
            json.writeString(level);
        }
        json.writeEndArray();
    }
}
