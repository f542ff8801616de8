package dev.firn.rest;

import dev.firn.store.Page;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The parameters of a query. */
final class Queries {
    private static final int LARGEST_PAGE = 10_000;
    private static final String MARK = "after:";

    private Queries() {}

    /**
     * The page that is asked for with {@code pageToken} and {@code pageSize}; all if neither is there. It asks for one name more than the client gets, which
     * tells whether another page follows.
     */
    static Page page(Context context) {
        String token = context.queryParam("pageToken");
        String size = context.queryParam("pageSize");
        if ((token == null || token.isEmpty()) && size == null) {
            return Page.ALL;
        }
        return new Page(
                token == null || token.isEmpty() ? "" : decodeToken(token),
                size == null ? LARGEST_PAGE + 1 : size(size) + 1);
    }

    private static int size(String text) {
        try {
            int size = Integer.parseInt(text);
            if (size >= 1) {
                return Math.min(size, LARGEST_PAGE);
            }
        } catch (NumberFormatException e) {
            throw new BadRequestException(e, "pageSize is not a number: %s", text);
        }
        throw new BadRequestException("pageSize must be at least 1: %s", text);
    }

    /** The names that fit the page. */
    static <T> List<T> fitting(List<T> found, Page page) {
        return found.size() < page.limit() ? found : found.subList(0, page.limit() - 1);
    }

    /** The token of the page that follows a page which ends with {@code last}; null if there is none. */
    static @Nullable String nextToken(List<?> found, Page page, String last) {
        return found.size() < page.limit() ? null : encodeToken(last);
    }

    // A token is the last name of the page before: it stays right while names come and go.
    private static String encodeToken(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + last).getBytes(StandardCharsets.UTF_8));
    }

    private static String decodeToken(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(MARK)) {
                return text.substring(MARK.length());
            }
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "pageToken was not given out by this server: %s", token);
        }
        throw new BadRequestException("pageToken was not given out by this server: %s", token);
    }

    /** A whole number, or {@code otherwise} if it is not there. Throws {@link BadRequestException} if it is something else. */
    static long number(Context context, String name, long otherwise) {
        return number(name, context.queryParam(name), otherwise);
    }

    /** The same of a text from elsewhere, which {@code name} says in the message. */
    static long number(String name, @Nullable String text, long otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadRequestException(e, "%s is not a number: %s", name, text);
        }
    }

    /** How many rows the parameter {@code limit} asks for, never more than {@code largest}. */
    static int limit(Context context, int usual, int largest) {
        long limit = number(context, "limit", usual);
        if (limit < 1) {
            throw new BadRequestException("limit must be at least 1: %s", limit);
        }
        return (int) Math.min(limit, largest);
    }

    /** Throws {@link BadRequestException} if it is there and neither {@code true} nor {@code false}. */
    static boolean flag(Context context, String name) {
        String value = context.queryParam(name);
        if (value == null || value.equalsIgnoreCase("false")) {
            return false;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        throw new BadRequestException("%s must be true or false: %s", name, value);
    }
}
