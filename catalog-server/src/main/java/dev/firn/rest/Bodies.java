package dev.firn.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.catalog.OverBudgetException;
import io.javalin.config.Key;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/** The bodies of requests and of small responses. */
final class Bodies {
    /** How large a body may be, in bytes: as it comes, and also uncompressed, because a small one can hold a very large one. */
    static final Key<Long> LIMIT = new Key<>("firn.largest-body");

    private static final String READ = "firn.body";
    private static final int CHUNK = 16 * 1024;

    private Bodies() {}

    /** Parses and validates the body. Throws {@link BadRequestException} if it is not what the type asks for. */
    static <T extends RESTRequest> T read(Context context, Class<T> type) {
        return Json.parse(bytes(context), type);
    }

    /** The same, of a body that is put into the words of iceberg-core's parser first. {@code rewrite} may change the object in place. */
    static <T extends RESTRequest> T read(Context context, Class<T> type, Consumer<ObjectNode> rewrite) {
        return Json.parse(bytes(context), type, rewrite);
    }

    /**
     * The body, uncompressed; empty if there is none.
     *
     * @throws ContentTooLargeResponse if it is larger than the limit
     * @throws BadRequestException if it is not compressed as the request says, or in an unknown way
     * @throws OverBudgetException if requests that wait take all the memory
     */
    static byte[] bytes(Context context) {
        byte[] known = context.attribute(READ);
        if (known == null) {
            known = read(context);
            context.attribute(READ, known);
        }
        return known;
    }

    private static byte[] read(Context context) {
        long limit = context.appData(LIMIT);
        if (context.req().getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        try {
            byte[] body = read(context.req().getInputStream(), limit, count -> {});
            return isCompressed(context.header("Content-Encoding")) ? uncompressed(context, body, limit) : body;
        } catch (EofException e) {
            throw new BadRequestException(e, "The body ends too early or is no HTTP");
        } catch (IOException e) {
            CountedRequests.requireBudget(context);
            throw new BadRequestException(e, "The body cannot be read: %s", e.getMessage());
        }
    }

    /**
     * The body as it comes, uncompressed: for a file that may be larger than memory, and so has no limit.
     *
     * @throws BadRequestException if it is not compressed as the request says, or in an unknown way
     */
    static InputStream stream(Context context) throws IOException {
        boolean compressed = isCompressed(context.header("Content-Encoding"));
        InputStream body = context.req().getInputStream();
        CountedRequests.bodyIsNotKept(context);
        try {
            return compressed ? new GZIPInputStream(body, CHUNK) : body;
        } catch (EofException e) {
            throw new BadRequestException(e, "The body ends too early or is no HTTP");
        } catch (IOException e) {
            throw notGzip(e);
        }
    }

    private static boolean isCompressed(@Nullable String encoding) {
        if (encoding == null || encoding.isBlank()) {
            return false;
        }
        return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new BadRequestException(
                        "Content-Encoding is not supported, only gzip and identity are: %s", encoding);
        };
    }

    private static byte[] uncompressed(Context context, byte[] body, long limit) {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return read(stream, limit, count -> CountedRequests.take(context, count));
        } catch (IOException e) {
            throw notGzip(e);
        }
    }

    private static BadRequestException notGzip(IOException e) {
        return new BadRequestException(
                e, "The body is not gzip: %s", e instanceof EOFException ? "it ends too early" : e.getMessage());
    }

    /** Grows with what comes, not with what is announced. */
    private static byte[] read(InputStream stream, long limit, IntConsumer counter) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
            if (bytes.size() + (long) count > limit) {
                throw tooLarge(limit);
            }
            counter.accept(count);
            bytes.write(chunk, 0, count);
        }
        return bytes.toByteArray();
    }

    private static ContentTooLargeResponse tooLarge(long limit) {
        return new ContentTooLargeResponse("The body has more than " + limit + " bytes");
    }

    /** Answers 200 with JSON. */
    static void answer(Context context, Object response) {
        context.contentType("application/json");
        context.result(Json.bytes(response));
    }
}
