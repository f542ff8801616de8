package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.names.Dotted;
import dev.firn.names.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A webhook and how it goes, in one line. */
final class WebhookLine {
    private WebhookLine() {}

    static String of(JsonNode webhook) {
        List<String> parts = new ArrayList<>();
        parts.add(webhook.path("id").asText());
        parts.add(webhook.path("url").asText());
        List<String> operations = new ArrayList<>();
        webhook.path("operations").forEach(operation -> operations.add(operation.asText()));
        if (!operations.isEmpty()) {
            parts.add("only " + String.join(",", operations));
        }
        if (!webhook.path("namespace").isEmpty()) {
            parts.add("only in " + namespace(webhook));
        }
        if (webhook.has("disabled")) {
            parts.add("disabled: " + webhook.path("disabled").asText());
        }
        parts.add("at change " + webhook.path("position").asLong() + ", "
                + webhook.path("behind").asLong() + " behind");
        if (webhook.has("last-success")) {
            parts.add("last success " + webhook.path("last-success").asText());
        }
        if (webhook.path("failures").asInt() > 0) {
            parts.add("failed " + webhook.path("failures").asInt() + " times: "
                    + webhook.path("last-failure").asText()
                    + (webhook.has("next-try")
                            ? "; next try " + webhook.path("next-try").asText()
                            : ""));
        }
        return Visible.text(String.join("  ", parts));
    }

    private static String namespace(JsonNode webhook) {
        List<String> levels = new ArrayList<>();
        webhook.path("namespace").forEach(level -> levels.add(level.asText()));
        return levels.stream().map(Dotted::quoted).collect(Collectors.joining("."));
    }
}
