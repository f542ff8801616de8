package dev.firn.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients that the operator has named, each with its secret. None means that the server is open. */
public final class Credentials {
    private final Map<String, byte[]> digests = new HashMap<>();

    /**
     * Takes each as {@code id:secret}.
     *
     * @throws IllegalArgumentException if one has no id or no secret; the message does not repeat it
     */
    public static Credentials of(List<String> credentials) {
        Credentials result = new Credentials();
        for (String credential : credentials) {
            int colon = credential.indexOf(':');
            if (colon < 1 || colon == credential.length() - 1) {
                throw new IllegalArgumentException("a credential must be id:secret");
            }
            result.digests.put(credential.substring(0, colon), digestOf(credential.substring(colon + 1)));
        }
        return result;
    }

    /** Whether the server asks nobody who they are. */
    public boolean isEmpty() {
        return digests.isEmpty();
    }

    /** Whether there is a client of this id. */
    boolean knows(String id) {
        return digests.containsKey(id);
    }

    /** What is known of the client's secret; empty if there is no such client. */
    byte[] digest(String id) {
        return digests.getOrDefault(id, new byte[0]).clone();
    }

    /** Whether the secret is the client's. Takes as long for a client that does not exist. */
    boolean match(String id, String secret) {
        byte[] known = digests.getOrDefault(id, new byte[0]);
        return MessageDigest.isEqual(known, digestOf(secret));
    }

    private static byte[] digestOf(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
