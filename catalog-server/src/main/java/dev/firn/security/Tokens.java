package dev.firn.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and checks access tokens: JSON web tokens with a key that nobody else has. */
final class Tokens {
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final String ISSUER = "firn";
    private static final String SCOPE = "scope";
    private static final String CLIENT = "client_id";
    private static final String SECRET = "secret_mark";
    private static final String MAC = "HmacSHA256";

    private final byte[] key;
    private final Clock clock;

    Tokens(byte[] key, Clock clock) {
        this.key = key.clone();
        this.clock = clock;
    }

    /** A token for a client, or for a user of it. */
    String issue(Grant grant) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(grant.principal().name())
                .claim(CLIENT, grant.client())
                .claim(SCOPE, grant.scope())
                .claim(SECRET, grant.secret())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("Cannot sign a token", e);
        }
        return token.serialize();
    }

    /**
     * What the token says.
     *
     * @param mayBeExpired whether one that has expired is good enough
     * @throws RefusedException if this server did not sign it, or it has expired
     */
    Grant check(String token, boolean mayBeExpired) {
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            if (!parsed.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256) || !parsed.verify(new MACVerifier(key))) {
                throw new RefusedException("The token was not given out by this server");
            }
            JWTClaimsSet claims = parsed.getJWTClaimsSet();
            Date expires = claims.getExpirationTime();
            if (!mayBeExpired && (expires == null || !clock.instant().isBefore(expires.toInstant()))) {
                throw new RefusedException("The token has expired");
            }
            return new Grant(
                    claims.getStringClaim(CLIENT),
                    new Principal(claims.getSubject()),
                    claims.getStringClaim(SCOPE),
                    Objects.requireNonNullElse(claims.getStringClaim(SECRET), ""));
        } catch (ParseException | JOSEException | IllegalStateException e) {
            throw new RefusedException("The token cannot be read");
        }
    }

    /** What stands for a secret in a token. Who has the token, but not the key, cannot try secrets with it. */
    String mark(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return HexFormat.of().formatHex(mac.doFinal(secret), 0, 16);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has " + MAC, e);
        }
    }
}
