package dev.firn.rest;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * The names in a path. They are taken from the path as it was sent and decoded here, once: a name may hold any character, also an encoded slash.
 *
 * <p>A plus sign means a space: Java clients up to Iceberg 1.11 write it so, and all others encode both.
 */
final class Paths {
    /** What joins the levels of a namespace; the specification's default, which every client knows. */
    static final String NAMESPACE_SEPARATOR = "\u001f";

    private Paths() {}

    static Namespace namespace(Context context) {
        return namespace(segment(context, "{namespace}"));
    }

    /** The namespace whose levels are joined in a text. */
    static Namespace namespace(String joined) {
        try {
            return Namespace.of(joined.split(NAMESPACE_SEPARATOR, -1));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "%s", e.getMessage());
        }
    }

    static TableIdentifier table(Context context) {
        return Requests.identifier(namespace(context), segment(context, "{table}"));
    }

    static TableIdentifier view(Context context) {
        return Requests.identifier(namespace(context), segment(context, "{view}"));
    }

    /** The decoded segment of the path that stands where {@code parameter} stands in the route. */
    static String segment(Context context, String parameter) {
        String route = context.endpoint().path;
        String path = context.req().getRequestURI();
        int inRoute = 0;
        int inPath = 0;
        while (inRoute <= route.length() && inPath <= path.length()) {
            int routeEnd = end(route, inRoute);
            int pathEnd = end(path, inPath);
            if (routeEnd - inRoute == parameter.length() && route.startsWith(parameter, inRoute)) {
                return decode(path.substring(inPath, pathEnd));
            }
            inRoute = routeEnd + 1;
            inPath = pathEnd + 1;
        }
        throw new IllegalStateException("The route has no " + parameter + ": " + route);
    }

    /** Where the segment ends that begins there. */
    private static int end(String path, int begin) {
        int slash = path.indexOf('/', begin);
        return slash < 0 ? path.length() : slash;
    }

    /** All that stands in the path for a parameter of the route but the prefix, with a slash behind each; one that is a part of a name is not one that ends it. */
    static String segments(Context context) {
        String[] route = context.endpoint().path.split("/", -1);
        StringBuilder segments = new StringBuilder();
        for (String parameter : route) {
            if (parameter.startsWith("{") && !parameter.equals("{prefix}")) {
                String segment = segment(context, parameter);
                segments.append(segment.replace("%", "%25").replace("/", "%2F")).append('/');
            }
        }
        return segments.toString();
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0 && segment.indexOf('+') < 0) {
            return segment;
        }
        String decoded;
        try {
            decoded = URLDecoder.decode(segment, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "Cannot decode the path segment %s: %s", segment, e.getMessage());
        }
        if (decoded.indexOf('\ufffd') >= 0
                && !segment.toUpperCase(java.util.Locale.ROOT).contains("%EF%BF%BD")) {
            throw new BadRequestException("The path segment is not UTF-8: %s", segment);
        }
        return decoded;
    }
}
