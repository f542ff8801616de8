package dev.firn.conformance.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What came back, with the request that caused it for messages. */
public record Answer(String request, HttpResponse<byte[]> response) {
    /** The status code. */
    public int status() {
        return response.statusCode();
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** The body as text. */
    public String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** The body as JSON. */
    public JsonNode json() {
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not JSON: " + this, e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** This answer, if it has one of the statuses; otherwise a failure that says what it was. */
    public Answer expect(int... statuses) {
        for (int status : statuses) {
            if (status == status()) {
                return this;
            }
        }
        throw new AssertionError("Expected " + java.util.Arrays.toString(statuses) + ", got " + this);
    }

    @Override
    public String toString() {
        String body = text();
        return request + " -> " + status() + " " + body.substring(0, Math.min(body.length(), 1000));
    }
}
