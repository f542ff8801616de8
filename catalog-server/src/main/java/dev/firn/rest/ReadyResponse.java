package dev.firn.rest;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The answer to a load as bytes that are sent as they are: plain, and compressed once somebody asks for that. */
final class ReadyResponse {
    private static final int SMALLEST_COMPRESSED = 1_400;

    private final String etag;
    private final byte[] plain;
    private volatile byte @Nullable [] gzip;

    ReadyResponse(String etag, byte[] plain) {
        this.etag = etag;
        this.plain = plain;
    }

    /** Its memory in bytes, once it has been compressed too. */
    int weight() {
        return plain.length + plain.length / 4;
    }

    String etag() {
        return etag;
    }

    /** Answers a load: 200, or 304 if the client has it already. */
    void sendUnlessKnown(Context context) throws IOException {
        if (isKnown(context)) {
            context.res().setHeader("ETag", etag);
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
        byte[] body = plain;
        if (plain.length >= SMALLEST_COMPRESSED) {
            context.res().setHeader("Vary", "Accept-Encoding");
            if (acceptsGzip(context.header("Accept-Encoding"))) {
                context.res().setHeader("Content-Encoding", "gzip");
                body = gzip();
            }
        }
        context.status(200);
        context.res().setContentType("application/json");
        context.res().setContentLength(body.length);
        // Straight to the response: Javalin's own result would copy the bytes.
        context.res().getOutputStream().write(body);
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

    private static boolean acceptsGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        String accepted = acceptEncoding.toLowerCase(Locale.ROOT).replace(" ", "");
        return accepted.contains("gzip") && !accepted.contains("gzip;q=0,") && !accepted.endsWith("gzip;q=0");
    }

    private byte[] gzip() {
        byte[] compressed = gzip;
        if (compressed == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4);
            try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
                stream.write(plain);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot compress", e);
            }
            compressed = bytes.toByteArray();
            gzip = compressed;
        }
        return compressed;
    }
}
