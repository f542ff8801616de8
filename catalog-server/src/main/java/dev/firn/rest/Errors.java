package dev.firn.rest;

import dev.firn.catalog.HistoryEndedException;
import dev.firn.catalog.InvalidDefinitionException;
import dev.firn.catalog.NoSuchFunctionException;
import dev.firn.catalog.OverBudgetException;
import dev.firn.store.NotAStateException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every failure with the specification's error model ({@code IcebergErrorResponse}). */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final FailureLog FAILURES = new FailureLog(System::nanoTime);
    private static final int LONGEST_MESSAGE = 2_000;

    /** When those who were refused for want of memory may come again, in seconds: not all at the same time. */
    private static final int SOONEST = 2;

    private static final int LATEST = 6;

    private static final String OUR_FAULT = "The server failed; its log says why";

    /** Names of classes, which Iceberg puts behind values that do not fit. */
    private static final Pattern CLASSES = Pattern.compile(" \\((org\\.apache|java)\\.[\\w.$]+\\)");

    /** The status of each failure that a client can cause. What is not here is the server's own failure. */
    private static final Map<Class<? extends Exception>, Integer> STATUS = Map.ofEntries(
            Map.entry(BadRequestException.class, 400),
            Map.entry(ValidationException.class, 400),
            Map.entry(NotAStateException.class, 400),
            Map.entry(NotAuthorizedException.class, 401),
            Map.entry(ForbiddenException.class, 403),
            Map.entry(NoSuchFunctionException.class, 404),
            Map.entry(NoSuchNamespaceException.class, 404),
            Map.entry(NoSuchPlanIdException.class, 404),
            Map.entry(NoSuchPlanTaskException.class, 404),
            Map.entry(NoSuchTableException.class, 404),
            Map.entry(NoSuchViewException.class, 404),
            Map.entry(NoSuchWarehouseException.class, 404),
            Map.entry(NotFoundException.class, 404),
            Map.entry(AlreadyExistsException.class, 409),
            Map.entry(CommitFailedException.class, 409),
            Map.entry(NamespaceNotEmptyException.class, 409),
            Map.entry(HistoryEndedException.class, 410),
            Map.entry(UnprocessableEntityException.class, 422),
            Map.entry(CommitStateUnknownException.class, 500),
            Map.entry(ServiceUnavailableException.class, 503));

    private Errors() {}

    static void register(RoutesConfig routes) {
        routes.exception(Exception.class, Errors::answer);
        routes.exception(HttpResponseException.class, Errors::answer);
    }

    private static void answer(Exception e, Context context) {
        Failure failure = failure(e);
        if (e instanceof ServiceFailureException && changesSomething(context)) {
            // What the table is now cannot be read, so nothing has changed: 500 would leave that open.
            failure = new Failure(503, "ServiceUnavailableException", String.valueOf(e.getMessage()));
        }
        if (failure.status >= 500) {
            FAILURES.add(context.method(), context.path(), e);
        }
        if (e instanceof MethodNotAllowedResponse method) {
            context.header("Allow", allowed(method));
            if (context.req().getMethod().equals("OPTIONS")) {
                context.status(204);
                return;
            }
        }
        if (e instanceof OverBudgetException) {
            context.header(
                    "Retry-After", String.valueOf(ThreadLocalRandom.current().nextInt(SOONEST, LATEST + 1)));
        }
        answer(context, failure.status, failure.type, failure.message);
    }

    /** Whether a request asks for a change: all that are no reads, but for the scans, which have too long a filter for a URL. */
    private static boolean changesSomething(Context context) {
        HandlerType method = context.method();
        String route = context.endpoint().path;
        boolean scans = route.endsWith("/plan") || route.endsWith("/tasks");
        return !method.equals(HandlerType.GET) && !method.equals(HandlerType.HEAD) && !scans;
    }

    private static String allowed(MethodNotAllowedResponse method) {
        return method.getDetails().values().stream().findFirst().orElse("");
    }

    /** What is no exception: the memory or the stack of one request was too small. The others go on. */
    static void answer(HttpServletResponse response, Error e) {
        LOG.error("A request failed", e);
        if (response.isCommitted()) {
            return;
        }
        try {
            response.reset();
            response.setStatus(500);
            response.setContentType("application/json");
            response.getOutputStream().write(body(500, "InternalServerError", OUR_FAULT));
        } catch (IOException gone) {
            LOG.debug("Nobody waits for the answer any more", gone);
        }
    }

    /** How a failure is answered. */
    static Failure failure(Exception e) {
        Integer status = STATUS.get(e.getClass());
        String message = String.valueOf(e.getMessage());
        if (e instanceof MethodNotAllowedResponse method) {
            return new Failure(405, typeOf(405), "The method is not supported here; supported are " + allowed(method));
        } else if (e instanceof HttpResponseException http) {
            return new Failure(http.getStatus(), typeOf(http.getStatus()), message);
        } else if (e instanceof InvalidDefinitionException) {
            return new Failure(400, "IllegalArgumentException", message);
        } else if (e instanceof OverBudgetException) {
            return new Failure(503, "ServiceUnavailableException", message);
        } else if (status != null) {
            return new Failure(status, e.getClass().getSimpleName(), message);
        } else if (e instanceof UncheckedIOException) {
            // Files come before the transaction that makes them count, so nothing has changed.
            return new Failure(503, "ServiceUnavailableException", message);
        } else if (e instanceof ServiceFailureException) {
            // It says which file of a table cannot be read, for the operator to mend.
            return new Failure(500, "InternalServerError", message);
        } else if (e instanceof EofException) {
            return new Failure(400, "BadRequestException", "The body ends too early or is no HTTP");
        }
        return new Failure(500, "InternalServerError", OUR_FAULT);
    }

    /** The error model of one failure. */
    record Failure(int status, String type, String message) {
        /** Whether the same request would fail so again, whoever it reaches. */
        boolean comesAgain() {
            return switch (status) {
                case 400, 403, 404, 406, 409, 422 -> true;
                default -> false;
            };
        }

        byte[] body() {
            return Errors.body(status, type, message);
        }
    }

    /** The type of an error that HTTP itself has. */
    static String typeOf(int status) {
        return switch (status) {
            case 404 -> "NoSuchRouteException";
            case 405 -> "MethodNotAllowedException";
            case 413 -> "ContentTooLargeException";
            case 414 -> "UriTooLongException";
            case 431 -> "HeadersTooLargeException";
            case 503 -> "ServiceUnavailableException";
            case 505 -> "HttpVersionNotSupportedException";
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
        String told = CLASSES.matcher(message).replaceAll("");
        error.put("message", told.length() > LONGEST_MESSAGE ? told.substring(0, LONGEST_MESSAGE) + "…" : told);
        error.put("type", type);
        error.put("code", status);
        return Json.bytes(Map.of("error", error));
    }
}
