package dev.firn.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every failure with the specification's error model ({@code IcebergErrorResponse}). */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final int LONGEST_MESSAGE = 2_000;

    /** The status of each failure that a client can cause. What is not here is the server's own failure. */
    private static final Map<Class<? extends Exception>, Integer> STATUS = Map.ofEntries(
            Map.entry(BadRequestException.class, 400),
            Map.entry(IllegalArgumentException.class, 400),
            Map.entry(ValidationException.class, 400),
            Map.entry(NotAuthorizedException.class, 401),
            Map.entry(ForbiddenException.class, 403),
            Map.entry(NoSuchNamespaceException.class, 404),
            Map.entry(NoSuchTableException.class, 404),
            Map.entry(NoSuchViewException.class, 404),
            Map.entry(NoSuchWarehouseException.class, 404),
            Map.entry(NotFoundException.class, 404),
            Map.entry(UnsupportedOperationException.class, 406),
            Map.entry(AlreadyExistsException.class, 409),
            Map.entry(CommitFailedException.class, 409),
            Map.entry(NamespaceNotEmptyException.class, 409),
            Map.entry(UnprocessableEntityException.class, 422),
            Map.entry(CommitStateUnknownException.class, 500),
            Map.entry(ServiceUnavailableException.class, 503));

    private Errors() {}

    static void register(RoutesConfig routes) {
        routes.exception(Exception.class, Errors::answer);
        routes.exception(HttpResponseException.class, Errors::answer);
    }

    private static void answer(Exception e, Context context) {
        Integer status = STATUS.get(e.getClass());
        if (e instanceof HttpResponseException http) {
            answer(context, http.getStatus(), typeOf(http.getStatus()), String.valueOf(http.getMessage()));
        } else if (status != null) {
            if (status >= 500) {
                LOG.error("{} {} failed", context.method(), context.path(), e);
            }
            answer(context, status, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        } else if (e instanceof EofException) {
            answer(context, 400, "BadRequestException", "The body ends too early or is no HTTP");
        } else {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            answer(context, 500, "InternalServerError", "Internal server error: " + e.getMessage());
        }
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 404 -> "NoSuchRouteException";
            case 405 -> "MethodNotAllowedException";
            case 413 -> "ContentTooLargeException";
            default -> status < 500 ? "BadRequestException" : "InternalServerError";
        };
    }

    static void answer(Context context, int status, String type, String message) {
        context.status(status);
        context.contentType("application/json");
        context.result(body(status, type, message));
    }

    /** The error model as JSON. */
    static byte[] body(int status, String type, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put(
                "message", message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "…" : message);
        error.put("type", type);
        error.put("code", status);
        return Json.bytes(Map.of("error", error));
    }
}
