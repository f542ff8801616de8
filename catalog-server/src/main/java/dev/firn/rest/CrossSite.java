package dev.firn.rest;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites from changing a server that asks nobody who they are. A browser sends such a request for any page that its user looks at, also to
 * servers that only this machine can reach; what it says of where the request comes from no page can change. Programs say nothing of the kind.
 */
final class CrossSite {
    private CrossSite() {}

    /** Throws {@link ForbiddenException} if a browser sends the request for a page of another site, unless it only reads: the page cannot see what is answered. */
    static void refuse(Context context) {
        if (context.method().equals(HandlerType.GET) || context.method().equals(HandlerType.HEAD)) {
            return;
        }
        @Nullable String site = context.header("Sec-Fetch-Site");
        @Nullable String origin = context.header("Origin");
        boolean ours = site != null
                ? site.equals("same-origin") || site.equals("none")
                : origin == null || isHost(origin, context.header("Host"));
        if (!ours) {
            throw new ForbiddenException(
                    "Pages of other sites cannot change this server, as it asks nobody who they are: %s",
                    origin == null ? site : origin);
        }
    }

    private static boolean isHost(String origin, @Nullable String host) {
        try {
            @Nullable String authority = new URI(origin).getRawAuthority();
            return authority != null && host != null && authority.equals(host.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
