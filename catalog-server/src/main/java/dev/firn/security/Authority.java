package dev.firn.security;

import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells who somebody is. An open server (one without credentials) asks nobody: everybody is {@link Principal#ANONYMOUS}, whatever token they show, and tokens
 * are given to everybody who asks, so that clients which insist on having one work; those are worth nothing to a server that has credentials.
 */
public final class Authority {
    /** The client of those who hold the key itself. No client that an operator names can be called so: an id ends at the first colon. */
    private static final String OPERATOR = ":operator";

    private static final String SCOPE = "catalog";

    private final Credentials credentials;
    private final Tokens tokens;

    /** An authority over these clients, which signs with this key. */
    public Authority(Credentials credentials, byte[] key, Clock clock) {
        this.credentials = credentials;
        this.tokens = new Tokens(key, clock);
    }

    /** How long a token is valid. */
    public Duration lifetime() {
        return Tokens.LIFETIME;
    }

    /** Whether everybody may do everything, and nobody is asked who they are. */
    public boolean isOpen() {
        return credentials.isEmpty();
    }

    /** Who shows this token. Throws {@link RefusedException} if it is missing or not valid, unless the server is open. */
    public Principal identify(@Nullable String token) {
        if (isOpen()) {
            return Principal.ANONYMOUS;
        }
        if (token == null) {
            throw new RefusedException("A bearer token is needed");
        }
        return check(token, false).principal();
    }

    /** A token for a client that knows its secret. Throws {@link RefusedException} if it does not. */
    public String issue(String client, String secret, String scope) {
        authenticate(client, secret);
        return token(client, new Principal(client), scope);
    }

    /**
     * A token for who holds the key of this authority, and so could sign any: a command on the machine of the server. The ledger names it {@code operator/user}.
     */
    public String issueForOperator(String user) {
        return token(OPERATOR, new Principal("operator/" + user), SCOPE);
    }

    /** Throws {@link RefusedException} unless the client knows its secret. */
    public void authenticate(String client, String secret) {
        if (!isOpen() && !credentials.match(client, secret)) {
            throw new RefusedException("The client is not known, or its secret is another");
        }
    }

    /**
     * A token like this one that expires later.
     *
     * @param authenticated the client that has shown its secret, for whom a token of its own that has expired is good enough; null if none has
     */
    public String refresh(String token, @Nullable String scope, @Nullable String authenticated) {
        Grant grant = check(token, authenticated != null);
        if (authenticated != null && !isOpen() && !authenticated.equals(grant.client())) {
            // Nobody but who it was given to can have it longer than it was given for.
            check(token, false);
        }
        return token(grant.client(), grant.principal(), scope == null ? grant.scope() : scope);
    }

    /**
     * A token for a user of a client. The client says who its user is, and is believed in that: the ledger then names both, as in {@code spark/alice}.
     *
     * @param clientToken a valid token of the client itself, not of one of its users
     * @param userToken any JSON web token with a subject
     */
    public String issueForUser(String clientToken, String userToken, @Nullable String scope) {
        Grant client = check(clientToken, false);
        if (!client.principal().name().equals(client.client())) {
            // A user who could would act under the name of another.
            throw new RefusedException("Only a client says who its users are, not "
                    + client.principal().name());
        }
        String user = subject(userToken);
        return token(
                client.client(), new Principal(client.client() + "/" + user), scope == null ? client.scope() : scope);
    }

    /** Whether this server gave it out, valid or not any more. */
    public boolean isOurs(String token) {
        try {
            tokens.check(token, true);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    private String token(String client, Principal principal, String scope) {
        return tokens.issue(new Grant(client, principal, scope, mark(client)));
    }

    private String mark(String client) {
        return tokens.mark(credentials.digest(client));
    }

    private Grant check(String token, boolean mayBeExpired) {
        Grant grant = tokens.check(token, mayBeExpired);
        if (!isOpen() && !OPERATOR.equals(grant.client()) && !credentials.knows(grant.client())) {
            throw new RefusedException("The client is not known any more: " + grant.client());
        }
        if (!isOpen() && !OPERATOR.equals(grant.client()) && !grant.secret().equals(mark(grant.client()))) {
            throw new RefusedException("The client has another secret by now: " + grant.client());
        }
        return grant;
    }

    private static String subject(String token) {
        try {
            String subject = JWTParser.parse(token).getJWTClaimsSet().getSubject();
            if (subject != null && !subject.isBlank()) {
                return subject;
            }
        } catch (ParseException | RuntimeException e) {
            throw new RefusedException("The subject token is no JSON web token");
        }
        throw new RefusedException("The subject token names no subject");
    }
}
