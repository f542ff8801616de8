package dev.firn.rest;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;

/** The answer to a load, ready to be sent, with its tag. */
final class ReadyResponse {
    private final String etag;
    private final ReadyBody body;

    ReadyResponse(String etag, byte[] json) {
        this.etag = etag;
        this.body = new ReadyBody(json);
    }

    /** Its memory in bytes, once it has been compressed too. */
    int weight() {
        return body.weight();
    }

    /** Answers a load: 200, or 304 if the client has it already. */
    void sendUnlessKnown(Context context) throws IOException {
        if (isKnown(context)) {
            context.res().setHeader("ETag", etag);
            body.vary(context);
            context.status(304);
            // There is no content for it to be the type of.
            context.res().setContentType(null);
            return;
        }
        send(context);
    }

    /** Answers 200, whatever the client has: a change is never answered with 304. */
    void send(Context context) throws IOException {
        context.res().setHeader("ETag", etag);
        body.send(context);
    }

    /** As {@link #send}, without waiting for a client that is slow to take it. Ends when it has been sent. */
    CompletableFuture<Void> sendWithoutWaiting(Context context) {
        context.res().setHeader("ETag", etag);
        return body.sendWithoutWaiting(context);
    }

    private boolean isKnown(Context context) {
        // A list of tags may come in several fields, which together are one list.
        for (String field : Collections.list(context.req().getHeaders("If-None-Match"))) {
            for (String tag : field.split(",", -1)) {
                String trimmed = tag.trim();
                if (trimmed.equals("*") || opaque(trimmed).equals(opaque(etag))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The tag without the mark of a weak one: the comparison of {@code If-None-Match} does not look at it. */
    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
