package dev.firn.events;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.exceptions.BadRequestException;

/** Secrets and signatures in the form of Standard Webhooks, for which receivers have libraries in most languages. */
final class Signatures {
    private static final String PREFIX = "whsec_";
    private static final int NEW_BYTES = 32;
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private Signatures() {}

    /** A secret that nobody knows yet. */
    static String newSecret() {
        byte[] key = new byte[NEW_BYTES];
        new SecureRandom().nextBytes(key);
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /** The secret that somebody gave, with its prefix. Throws {@link BadRequestException}, which does not repeat it, if it is none. */
    static String secret(String given) {
        String secret = given.startsWith(PREFIX) ? given : PREFIX + given;
        int bytes;
        try {
            bytes = key(secret).length;
        } catch (IllegalArgumentException e) {
            bytes = 0;
        }
        if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw new BadRequestException(
                    "A secret must be %s and the base64 of %s to %s bytes", PREFIX, LEAST_BYTES, MOST_BYTES);
        }
        return secret;
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    }

    /**
     * The value of {@code webhook-signature}.
     *
     * @param seconds since 1970, as in {@code webhook-timestamp}
     */
    static String sign(String secret, String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java lacks HMAC with SHA-256", e);
        }
    }
}
