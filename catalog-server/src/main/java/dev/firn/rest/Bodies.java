package dev.firn.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;

/** The bodies of requests and of small responses. */
final class Bodies {
    /** A compressed body may not grow beyond this when it is read: a small one can hold a very large one. */
    private static final int LARGEST_UNCOMPRESSED = 256 * 1024 * 1024;

    private Bodies() {}

    /** Parses and validates the body. Throws {@link BadRequestException} if it is not what the type asks for. */
    static <T extends RESTRequest> T read(Context context, Class<T> type) {
        return Json.parse(bytes(context), type);
    }

    /** The same, of a body that is put into the words of iceberg-core's parser first. {@code rewrite} may change the object in place. */
    static <T extends RESTRequest> T read(Context context, Class<T> type, Consumer<ObjectNode> rewrite) {
        return Json.parse(bytes(context), type, rewrite);
    }

    private static byte[] bytes(Context context) {
        byte[] body = context.bodyAsBytes();
        String encoding = context.header("Content-Encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return body;
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw new BadRequestException("Content-Encoding is not supported: %s", encoding);
        }
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] uncompressed = stream.readNBytes(LARGEST_UNCOMPRESSED + 1);
            if (uncompressed.length > LARGEST_UNCOMPRESSED) {
                throw new BadRequestException(
                        "The body has more than %s bytes when uncompressed", LARGEST_UNCOMPRESSED);
            }
            return uncompressed;
        } catch (IOException e) {
            throw new BadRequestException(e, "The body is not gzip: %s", e.getMessage());
        }
    }

    /** Answers 200 with JSON. */
    static void answer(Context context, Object response) {
        context.contentType("application/json");
        context.result(Json.bytes(response));
    }
}
