package dev.firn.rest;

import dev.firn.security.Authority;
import dev.firn.security.RefusedException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/oauth/tokens}: client credentials (RFC 6749) and token exchange (RFC 8693), with errors of their own. */
final class OAuthRoutes {
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final String USUAL_SCOPE = "catalog";

    private final Authority authority;

    OAuthRoutes(Authority authority) {
        this.authority = authority;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/oauth/tokens", this::token);
    }

    private void token(Context context) {
        context.header("Cache-Control", "no-store");
        try {
            OAuthRequest request = OAuthRequest.of(context);
            @Nullable String scope = request.scope();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("access_token", accessToken(request, scope));
            answer.put("token_type", "bearer");
            answer.put("expires_in", authority.lifetime().toSeconds());
            answer.put("issued_token_type", ACCESS_TOKEN);
            answer.put("scope", scope == null ? USUAL_SCOPE : scope);
            Bodies.answer(context, answer);
        } catch (OAuthException e) {
            context.status(e.status());
            if (e.status() == 401) {
                context.header("WWW-Authenticate", "Basic realm=\"firn\"");
            }
            Bodies.answer(context, Map.of("error", e.error(), "error_description", String.valueOf(e.getMessage())));
        }
    }

    private String accessToken(OAuthRequest request, @Nullable String scope) {
        return switch (request.require("grant_type")) {
            case "client_credentials" -> {
                OAuthRequest.Client client = request.client();
                if (client == null) {
                    throw new OAuthException("invalid_request", "client_id and client_secret are needed");
                }
                yield refusedAs(
                        "invalid_client",
                        () -> authority.issue(client.id(), client.secret(), scope == null ? USUAL_SCOPE : scope));
            }
            case EXCHANGE -> exchange(request, scope);
            default ->
                throw new OAuthException(
                        "unsupported_grant_type", "grant_type must be client_credentials or " + EXCHANGE);
        };
    }

    /** A token of this server is renewed, also after its time if the client that it was given to shows its secret; any other is that of a user of the client. */
    private String exchange(OAuthRequest request, @Nullable String scope) {
        String subject = request.require("subject_token");
        request.require("subject_token_type");
        OAuthRequest.Client client = request.client();
        if (client != null) {
            refusedAs("invalid_client", () -> {
                authority.authenticate(client.id(), client.secret());
                return "";
            });
        }
        if (authority.isOurs(subject)) {
            return refusedAs(
                    "invalid_grant", () -> authority.refresh(subject, scope, client == null ? null : client.id()));
        }
        if (authority.isOpen()) {
            // Any client is to work, and nobody is believed to be somebody: the ledger says anonymous.
            return authority.issue("anonymous", "", scope == null ? USUAL_SCOPE : scope);
        }
        String actor = request.actorToken();
        if (actor == null) {
            throw new OAuthException(
                    "invalid_grant",
                    "The subject token is not of this server, and no actor token shows whose user it is");
        }
        return refusedAs("invalid_grant", () -> authority.issueForUser(actor, subject, scope));
    }

    private interface Issue {
        String token();
    }

    private static String refusedAs(String error, Issue issue) {
        try {
            return issue.token();
        } catch (RefusedException e) {
            throw new OAuthException(error, String.valueOf(e.getMessage()));
        }
    }
}
