package dev.firn.conformance.port.security;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Asks for tokens, as a form. */
record TokenClient(URI server) {
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    record Reply(int status, JsonNode json, HttpResponse<String> response) {
        String token() {
            return json.path("access_token").asText();
        }

        String error() {
            return json.path("error").asText();
        }
    }

    /** Names and values of a form, one after another. */
    Reply ask(List<String> headers, String... form) throws IOException, InterruptedException {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < form.length; i += 2) {
            pairs.add(encode(form[i]) + "=" + encode(form[i + 1]));
        }
        return send("application/x-www-form-urlencoded", String.join("&", pairs), headers);
    }

    Reply send(String contentType, String body, List<String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/v1/oauth/tokens"))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(new String[0]));
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), Json.parse(response.body()), response);
    }

    Reply withSecret(String id, String secret) throws IOException, InterruptedException {
        return ask(
                List.of(),
                "grant_type",
                "client_credentials",
                "client_id",
                id,
                "client_secret",
                secret,
                "scope",
                "catalog");
    }

    static List<String> basic(String id, String secret) {
        String encoded = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return List.of("Authorization", "Basic " + encoded);
    }

    static List<String> bearer(String token) {
        return List.of("Authorization", "Bearer " + token);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
