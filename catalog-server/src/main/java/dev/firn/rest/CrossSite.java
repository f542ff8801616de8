package dev.firn.rest;

import io.javalin.config.Key;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites from using a server that asks nobody who they are. A browser sends such a request for any page that its user looks at, also to
 * servers that only this machine can reach; what it says of where the request comes from no page can change. Programs say nothing of the kind.
 *
 * <p>Who owns a site can let its name lead to this machine once a browser has its page (DNS rebinding): then the browser takes the page for one of this server, and
 * lets it read too. So a server that only this machine can reach answers to no name that somebody else can own.
 */
final class CrossSite {
    /** The host that the server listens on, if only this machine can reach it there; else empty. */
    static final Key<String> LOCAL_HOST = new Key<>("firn.local-host");

    private static final Pattern PORT = Pattern.compile("\\.?(:\\d*)?$");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|\\d+(\\.\\d+){3}");

    /** Names with no dot are of a local network, and those that end so nobody can register. */
    private static final Pattern LOCAL_NAME = Pattern.compile("[^.]*|.*\\.(localhost|local|internal|test|home\\.arpa)");

    private CrossSite() {}

    /** The value of {@link #LOCAL_HOST} for a server that listens on this host. */
    static String localHost(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress() ? host.toLowerCase(Locale.ROOT) : "";
        } catch (UnknownHostException e) {
            // Who listens on it says what is wrong.
            return "";
        }
    }

    /**
     * Throws {@link ForbiddenException} if the server is called by the name of a site, or if a browser sends the request for a page of another site, unless it only
     * reads: the page cannot see what is answered.
     */
    static void refuse(Context context) {
        String host = context.header("Host");
        if (!isUsual(host)) {
            refuseNames(host, context.appData(LOCAL_HOST));
        }
        if (context.method().equals(HandlerType.GET) || context.method().equals(HandlerType.HEAD)) {
            return;
        }
        @Nullable String site = context.header("Sec-Fetch-Site");
        @Nullable String origin = context.header("Origin");
        boolean ours = site != null
                ? site.equals("same-origin") || site.equals("none")
                : origin == null || isHost(origin, host);
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

    /** What nearly every request says; it would be let through, but to find that out takes longer. */
    private static boolean isUsual(@Nullable String host) {
        return host == null || host.startsWith("127.0.0.1:") || host.startsWith("localhost:");
    }

    private static void refuseNames(String host, String localHost) {
        if (localHost.isEmpty()) {
            return;
        }
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        if (!ADDRESS.matcher(name).matches() && !LOCAL_NAME.matcher(name).matches() && !name.equals(localHost)) {
            throw new ForbiddenException(
                    "This server is for this machine alone and asks nobody who they are, so it does not answer to the name of a site: %s (--host %s would let it, and so does --credential)",
                    host, name);
        }
    }
}
