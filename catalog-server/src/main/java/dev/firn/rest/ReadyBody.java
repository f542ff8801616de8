package dev.firn.rest;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** JSON as bytes that are sent as they are, as often as somebody asks: plain, and compressed once a client takes that. */
final class ReadyBody {
    private static final int SMALLEST_COMPRESSED = 1_400;

    private final byte[] plain;
    private volatile byte @Nullable [] gzip;

    ReadyBody(byte[] plain) {
        this.plain = plain;
    }

    /** Its memory in bytes, once it has been compressed too. */
    int weight() {
        return plain.length + plain.length / 4;
    }

    private boolean mayBeCompressed() {
        return plain.length >= SMALLEST_COMPRESSED;
    }

    /** Says what the answer depends on, as caches need to know also of an answer without content. */
    void vary(Context context) {
        if (mayBeCompressed()) {
            context.res().addHeader("Vary", "Accept-Encoding");
        }
    }

    /** Answers 200. */
    void send(Context context) throws IOException {
        byte[] body = begin(context);
        // Straight to the response: Javalin's own result would copy the bytes.
        context.res().getOutputStream().write(body);
    }

    /**
     * As {@link #send}, without waiting for a client that is slow to take it. Ends when it has been sent; or with {@link EofException}, which is no failure of the server,
     * when nobody takes it any more: what it tells of is done all the same.
     */
    CompletableFuture<Void> sendWithoutWaiting(Context context) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Consumer<Throwable> gone = failure -> {
            // Who reads on after all is to see that there is no more of it, and does not wait for the rest.
            ServletContextRequest.getServletContextRequest(context.req())
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close();
            sent.completeExceptionally(new EofException(failure));
        };
        try {
            byte[] body = begin(context);
            HttpOutput output = (HttpOutput) context.res().getOutputStream();
            output.sendContent(ByteBuffer.wrap(body), Callback.from(() -> sent.complete(null), gone));
        } catch (IOException e) {
            gone.accept(e);
        }
        return sent;
    }

    /** Sets status and headers, and gives the bytes that are to follow. */
    private byte[] begin(Context context) {
        byte[] body = plain;
        vary(context);
        if (mayBeCompressed() && Accepts.gzip(context.header("Accept-Encoding"))) {
            context.res().setHeader("Content-Encoding", "gzip");
            body = gzip();
        }
        context.status(200);
        context.res().setContentType("application/json");
        context.res().setContentLength(body.length);
        return body;
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
