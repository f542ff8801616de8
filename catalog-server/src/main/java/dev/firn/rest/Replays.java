package dev.firn.rest;

import dev.firn.catalog.DroppedPurge;
import dev.firn.catalog.Namespaces;
import dev.firn.catalog.Receipts;
import dev.firn.catalog.Recovered;
import dev.firn.catalog.TableDocument;
import dev.firn.catalog.ViewDocument;
import dev.firn.store.AddedWebhook;
import dev.firn.store.EntryKind;
import dev.firn.store.Outcome;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** From the results of operations to what is kept of them, and from there to the answer that the first request had. */
final class Replays {
    private final Receipts receipts;
    private final TableResponses tables;

    Replays(Receipts receipts, TableResponses tables) {
        this.receipts = receipts;
        this.tables = tables;
    }

    /** What is kept. A state of a table or view is kept as its location: it may be large, and its file never changes. */
    Outcome outcome(@Nullable Object result) {
        if (result == null) {
            return Outcome.NO_CONTENT;
        } else if (result instanceof TableDocument table) {
            @Nullable String location = table.metadata().metadataFileLocation();
            return location == null
                    ? Outcome.body(200, text(TableResponses.staged(table)))
                    : Outcome.state(EntryKind.TABLE, location);
        } else if (result instanceof ViewDocument view) {
            return Outcome.state(EntryKind.VIEW, view.metadata().metadataFileLocation());
        } else if (result instanceof Namespaces.Created created) {
            return Outcome.body(200, text(Json.bytes(NamespaceResponses.created(created))));
        } else if (result instanceof Namespaces.PropertyChanges changes) {
            return Outcome.body(200, text(Json.bytes(NamespaceResponses.updated(changes))));
        } else if (result instanceof Recovered recovered) {
            String json = text(Json.bytes(RecoveredJson.of(recovered)));
            return recovered.isBefore() ? Outcome.tellingChange(json) : Outcome.body(200, json);
        } else if (result instanceof DroppedPurge purge) {
            return Outcome.tellingChange(text(Json.bytes(RecoveredJson.of(purge))));
        } else if (result instanceof AddedWebhook webhook) {
            return Outcome.body(201, text(Json.bytes(WebhookRoutes.json(webhook))));
        } else if (result instanceof Errors.Failure failure) {
            return Outcome.body(failure.status(), text(failure.body()));
        }
        throw new IllegalArgumentException("Not the result of an operation: " + result.getClass());
    }

    /** What is kept of an answer that stands ready to be sent. */
    Outcome outcome(Context context) {
        @Nullable String body = context.result();
        return body == null || body.isEmpty() ? Outcome.NO_CONTENT : Outcome.body(context.statusCode(), body);
    }

    /** Answers as the first request was. */
    void send(Context context, Outcome outcome) throws IOException {
        String location = outcome.metadataLocation();
        if (location == null) {
            context.status(outcome.status());
            if (outcome.body() != null) {
                context.contentType("application/json");
                context.result(outcome.body());
            }
        } else if (outcome.kind() == EntryKind.TABLE) {
            tables.changed(receipts.table(location)).send(context);
        } else {
            Bodies.answer(context, ViewRoutes.response(receipts.view(location)));
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
