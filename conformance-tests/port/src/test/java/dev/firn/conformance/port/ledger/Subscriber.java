package dev.firn.conformance.port.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Follows the changes of the catalog, as a browser's event source does. */
final class Subscriber implements AutoCloseable {
    private volatile String lastId = "";
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final InputStream body;
    private final BufferedReader reader;
    private final Thread thread = new Thread(this::read);

    private Subscriber(InputStream body, BufferedReader reader) {
        this.body = body;
        this.reader = reader;
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns when the server has begun to answer: what happens from then on is seen. */
    static Subscriber connect(URI server, String... headers) throws IOException, InterruptedException {
        return connectWith(server, "", headers);
    }

    /** The same with a query, which begins with a question mark. */
    static Subscriber connectWith(URI server, String query, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server + "/api/v1/catalogs/main/changes" + query))
                .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new AssertionError("Not subscribed: " + response.statusCode());
        }
        BufferedReader reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        if (!":".equals(reader.readLine())) {
            throw new AssertionError("The stream does not begin with a comment");
        }
        return new Subscriber(response.body(), reader);
    }

    private void read() {
        try {
            String id = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                    lastId = id;
                } else if (line.startsWith("data: ")) {
                    JsonNode event = Json.parse(line.substring(6));
                    if (!id.equals(event.get("change").asText())) {
                        throw new AssertionError("Not the id of the event: " + id + " " + event);
                    }
                    events.add(event);
                }
            }
        } catch (IOException e) {
            // The server has gone, or the test is over; what came before is there.
            Thread.currentThread().interrupt();
        }
    }

    /** The next events, waiting for them. */
    List<JsonNode> next(int count) throws InterruptedException {
        List<JsonNode> result = new ArrayList<>();
        while (result.size() < count) {
            JsonNode event = events.poll(30, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("Only " + result.size() + " of " + count + " events: " + result);
            }
            result.add(event);
        }
        return result;
    }

    /** Where it stands, which a browser names when it connects again; waits for the server to say so. */
    String lastId(String expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!lastId.equals(expected) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        return lastId;
    }

    @Override
    public void close() throws IOException {
        // Not the reader: the thread that waits in it holds its lock until the server sends the next line.
        body.close();
    }
}
