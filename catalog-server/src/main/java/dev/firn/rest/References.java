package dev.firn.rest;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/** The parameter {@code referenced-by}: the views through which a table or view is loaded, outermost first. */
final class References {
    private static final String PARAMETER = "referenced-by=";

    private References() {}

    /** Throws {@link BadRequestException} unless each is the full name of a view. Whether they exist is not asked: what may be loaded does not depend on them. */
    static void check(Context context) {
        of(context);
    }

    /** The names, empty if the parameter is not there. Commas separate them as they are sent; an encoded one is part of a name. */
    static List<TableIdentifier> of(Context context) {
        String query = context.queryString();
        List<TableIdentifier> views = new ArrayList<>();
        if (query == null) {
            return views;
        }
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith(PARAMETER) && parameter.length() > PARAMETER.length()) {
                for (String view : parameter.substring(PARAMETER.length()).split(",", -1)) {
                    views.add(view(URLDecoder.decode(view, StandardCharsets.UTF_8)));
                }
            }
        }
        return views;
    }

    private static TableIdentifier view(String joined) {
        int boundary = joined.lastIndexOf(Paths.NAMESPACE_SEPARATOR);
        if (boundary <= 0 || boundary == joined.length() - 1) {
            throw new BadRequestException(
                    "referenced-by needs the namespace and the name of each view, joined by %%1F: %s", joined);
        }
        return TableIdentifier.of(Paths.namespace(joined.substring(0, boundary)), joined.substring(boundary + 1));
    }
}
