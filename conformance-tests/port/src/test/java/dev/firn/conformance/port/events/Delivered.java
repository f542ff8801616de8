package dev.firn.conformance.port.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import dev.firn.conformance.harness.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A request that a receiver got. */
record Delivered(Headers headers, byte[] body) {
    JsonNode event() {
        return Json.parse(new String(body, StandardCharsets.UTF_8));
    }

    JsonNode data() {
        return event().get("data");
    }

    long change() {
        return data().get("change").asLong();
    }

    String header(String name) {
        return headers.getFirst(name);
    }

    /** The signature that it should have, computed as Standard Webhooks describe it. */
    String signatureWith(String secret) throws GeneralSecurityException {
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = header("webhook-id") + "." + header("webhook-timestamp") + "."
                + new String(body, StandardCharsets.UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }
}
