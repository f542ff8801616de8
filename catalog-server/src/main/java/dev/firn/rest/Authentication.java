package dev.firn.rest;

import dev.firn.security.Authority;
import dev.firn.security.Principal;
import dev.firn.security.RefusedException;
import io.javalin.http.Context;
import java.util.Set;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.jspecify.annotations.Nullable;

/** Finds out who calls before anything else happens, and turns away who does not say. */
final class Authentication {
    /** What everybody may ask: for a token, and what this server is. */
    private static final Set<String> FOR_ALL = Set.of("/", "/v1/oauth/tokens", "/openapi.json", "/docs");

    /** The files of that page. */
    private static final String FILES_FOR_ALL = "/docs/";

    private static final String BEARER = "Bearer ";
    private static final String PRINCIPAL = "firn.principal";

    private final Authority authority;

    Authentication(Authority authority) {
        this.authority = authority;
    }

    /** To be called before any route. */
    void identify(Context context) {
        if (authority.isOpen()) {
            CrossSite.refuse(context);
        }
        if (FOR_ALL.contains(context.path()) || context.path().startsWith(FILES_FOR_ALL)) {
            return;
        }
        @Nullable String token = token(context);
        try {
            context.attribute(PRINCIPAL, authority.identify(token));
        } catch (RefusedException e) {
            context.header(
                    "WWW-Authenticate",
                    token == null ? "Bearer realm=\"firn\"" : "Bearer realm=\"firn\", error=\"invalid_token\"");
            throw new NotAuthorizedException("%s", String.valueOf(e.getMessage()));
        }
    }

    /** The bearer token of a request; null if it has none. */
    static @Nullable String token(Context context) {
        String header = context.header("Authorization");
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).trim()
                : null;
    }

    /** Who calls. */
    static Principal principal(Context context) {
        Principal principal = context.attribute(PRINCIPAL);
        return principal == null ? Principal.ANONYMOUS : principal;
    }
}
