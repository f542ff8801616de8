package dev.firn.rest;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request for a token: a form, and what the Authorization header adds to it. */
final class OAuthRequest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BASIC = "Basic ";

    /** Scopes of RFC 6749: visible ASCII without quotation marks and backslashes, separated by single spaces. */
    private static final String SCOPE = "[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*";

    private final Map<String, String> form;
    private final @Nullable String authorization;
    private final @Nullable String bearer;

    private OAuthRequest(Map<String, String> form, @Nullable String authorization, @Nullable String bearer) {
        this.form = form;
        this.authorization = authorization;
        this.bearer = bearer;
    }

    record Client(String id, String secret) {
        @Override
        public String toString() {
            return id;
        }
    }

    static OAuthRequest of(Context context) {
        String type = context.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            throw new OAuthException("invalid_request", "The body must be " + FORM);
        }
        return new OAuthRequest(
                parse(new String(Bodies.bytes(context), StandardCharsets.UTF_8)),
                context.header("Authorization"),
                Authentication.token(context));
    }

    private static Map<String, String> parse(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!value.isEmpty() && form.put(name, value) != null) {
                throw new OAuthException("invalid_request", "A parameter is there more than once: " + name);
            }
        }
        return form;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new OAuthException("invalid_request", "The body is no form: " + e.getMessage());
        }
    }

    String require(String name) {
        String value = form.get(name);
        if (value == null) {
            throw new OAuthException("invalid_request", name + " is needed");
        }
        return value;
    }

    @Nullable
    String scope() {
        String scope = form.get("scope");
        if (scope != null && !scope.matches(SCOPE)) {
            throw new OAuthException("invalid_scope", "scope must be words with single spaces between them");
        }
        return scope;
    }

    /** The client's id and secret, from the header or the body; null if there are none. */
    @Nullable
    Client client() {
        if (authorization != null && authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return basic(authorization.substring(BASIC.length()).trim());
        }
        String secret = form.get("client_secret");
        return secret == null ? null : new Client(form.getOrDefault("client_id", ""), secret);
    }

    private static Client basic(String encoded) {
        try {
            String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            if (colon >= 0) {
                return new Client(decoded.substring(0, colon), decoded.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            throw new OAuthException("invalid_client", "The Authorization header cannot be read");
        }
        throw new OAuthException("invalid_client", "The Authorization header holds no id and secret");
    }

    /** The token that shows whose user the subject is: the actor token, or the one that the request itself bears. */
    @Nullable
    String actorToken() {
        return form.getOrDefault("actor_token", bearer);
    }
}
