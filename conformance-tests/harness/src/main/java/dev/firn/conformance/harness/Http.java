package dev.firn.conformance.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A small blocking HTTP client: the path is sent as given, already encoded. */
public final class Http {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final URI server;
    private final String[] always;

    /** A client of the server at this address. */
    public Http(URI server) {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build(),
                server);
    }

    private Http(HttpClient client, URI server, String... always) {
        this.client = client;
        this.server = server;
        this.always = always;
    }

    /** The same client, which sends a header with every request but {@code GET} and {@code HEAD}. */
    Http with(String header, String value) {
        return new Http(client, server, header, value);
    }

    /** {@code GET}. */
    public Answer get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    /** {@code HEAD}. */
    public Answer head(String path) {
        return send("HEAD", path, new byte[0]);
    }

    /** {@code DELETE}. */
    public Answer delete(String path) {
        return send("DELETE", path, new byte[0]);
    }

    /** {@code POST} of JSON. */
    public Answer post(String path, Object body) {
        return send("POST", path, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Any request; a body that is not empty is announced as JSON, unless the headers say what it is. */
    public Answer send(String method, String path, byte[] body, String... headers) {
        BodyPublisher publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE);
        request.method(method, publisher);
        if (body.length > 0 && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (always.length > 0 && !method.equals("GET") && !method.equals("HEAD")) {
            request.headers(always);
        }
        String shown = new String(body, 0, Math.min(body.length, 600), StandardCharsets.UTF_8);
        String line = method + " " + path + " " + shown;
        try {
            return new Answer(line, client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new NoAnswerException(line + " -> no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException(line, e);
        }
    }
}
