package dev.firn.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may have a token for longer than it was given for. */
class AuthorityTest {
    private static final Credentials CREDENTIALS = Credentials.of(List.of("spark:s3cret", "duck:quack"));
    private static final Clock THEN = Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
    private static final byte[] KEY = new byte[32];

    private final String expired = new Authority(CREDENTIALS, KEY, THEN).issue("duck", "quack", "catalog");
    private final Authority now = new Authority(CREDENTIALS, KEY, Clock.offset(THEN, Duration.ofHours(2)));

    @Test
    void anExpiredTokenIsRenewedForTheClientThatItWasGivenTo() {
        String renewed = now.refresh(expired, null, "duck");
        assertThat(now.identify(renewed).name()).isEqualTo("duck");
        assertThatThrownBy(() -> now.identify(expired)).isInstanceOf(RefusedException.class);
    }

    @Test
    void forNobodyElse() {
        assertThatThrownBy(() -> now.refresh(expired, null, "spark")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> now.refresh(expired, null, null)).isInstanceOf(RefusedException.class);
        String operator = new Authority(CREDENTIALS, KEY, THEN).issueForOperator("root");
        assertThatThrownBy(() -> now.refresh(operator, null, "spark")).isInstanceOf(RefusedException.class);
    }

    @Test
    void aValidTokenIsRenewedForWhoHasIt() {
        String valid = now.issue("duck", "quack", "catalog");
        assertThat(now.identify(now.refresh(valid, null, null)).name()).isEqualTo("duck");
        assertThat(now.identify(now.refresh(valid, null, "spark")).name()).isEqualTo("duck");
    }

    @Test
    void aTokenEndsWithTheSecretThatItWasGivenFor() {
        String valid = now.issue("duck", "quack", "catalog");
        Authority later = new Authority(
                Credentials.of(List.of("spark:s3cret", "duck:another")), KEY, Clock.offset(THEN, Duration.ofHours(2)));
        assertThatThrownBy(() -> later.identify(valid))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("duck");
        assertThatThrownBy(() -> later.refresh(valid, null, null)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> later.refresh(valid, null, "duck")).isInstanceOf(RefusedException.class);
        assertThat(later.identify(now.issue("spark", "s3cret", "catalog")).name())
                .isEqualTo("spark");
        assertThat(later.identify(now.issueForOperator("root")).name()).isEqualTo("operator/root");
    }

    @Test
    void aUserOfAClientIsNobodyElse() {
        String bob = new PlainJWT(new JWTClaimsSet.Builder().subject("bob").build()).serialize();
        String client = now.issue("spark", "s3cret", "catalog");
        String user = now.issueForUser(client, bob, null);
        assertThat(now.identify(user).name()).isEqualTo("spark/bob");
        assertThat(now.identify(now.refresh(user, null, null)).name()).isEqualTo("spark/bob");
        String alice = new PlainJWT(new JWTClaimsSet.Builder().subject("alice").build()).serialize();
        assertThatThrownBy(() -> now.issueForUser(user, alice, null)).isInstanceOf(RefusedException.class);
    }
}
