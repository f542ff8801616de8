package dev.firn.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.catalog.Ledger;
import dev.firn.names.Dotted;
import dev.firn.store.LedgerRow;
import dev.firn.store.Webhook;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An event in the structured mode of CloudEvents 1.0.
 *
 * @param id the same whenever the same change is told again; of a change, it is also the name of the catalog as it was then
 * @param body JSON in UTF-8
 */
record CloudEvent(String id, byte[] body) {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "dev.firn.";

    /** Tells of a change of the catalog. */
    static CloudEvent of(Webhook webhook, LedgerRow row) {
        Stream<String> levels = Stream.of(row.namespace().levels());
        Stream<String> parts = row.name() == null ? levels : Stream.concat(levels, Stream.of(row.name()));
        // As on the command line: an attribute of an event has no control characters in it.
        String subject = parts.map(Dotted::quoted).collect(Collectors.joining("."));
        String id = webhook.catalog().name() + "@change:" + row.change();
        return of(webhook, id, row.operation(), subject.isEmpty() ? null : subject, row.at(), Ledger.json(row));
    }

    /** Tells of nothing: to see whether events arrive. */
    static CloudEvent test(Webhook webhook, Instant now) {
        JsonNode data = JSON.createObjectNode().put("webhook", webhook.id());
        String id = webhook.catalog().name() + "@test:" + UUID.randomUUID();
        return of(webhook, id, "test", null, now, data);
    }

    private static CloudEvent of(
            Webhook webhook, String id, String type, @Nullable String subject, Instant time, JsonNode data) {
        ObjectNode event = JSON.createObjectNode();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", source(webhook));
        event.put("type", TYPE + type);
        if (subject != null) {
            event.put("subject", subject);
        }
        event.put("time", time.toString());
        event.put("datacontenttype", "application/json");
        event.set("data", data);
        try {
            return new CloudEvent(id, JSON.writeValueAsBytes(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + event, e);
        }
    }

    /** Relative: the address of a server may change, that of its catalog on it does not. */
    private static String source(Webhook webhook) {
        String name = URLEncoder.encode(webhook.catalog().name(), StandardCharsets.UTF_8);
        return "/api/v1/catalogs/" + name.replace("+", "%20");
    }
}
