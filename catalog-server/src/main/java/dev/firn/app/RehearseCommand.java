package dev.firn.app;

import dev.firn.config.RequestLimits;
import dev.firn.config.RetentionSettings;
import dev.firn.config.ScanSettings;
import dev.firn.config.Settings;
import dev.firn.config.WebhookSettings;
import dev.firn.store.sql.SqliteLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code firn rehearse}: a server starts on an empty folder, answers the requests that a client begins with, and stops. The launcher records which classes
 * that takes, so that the servers that follow start in a fraction of the time.
 */
@Command(name = "rehearse", hidden = true, description = "Starts, answers a few requests and stops.")
final class RehearseCommand implements Callable<Integer> {

    /** Method, path and body of each request. */
    private static final List<List<String>> REQUESTS = List.of(
            List.of("GET", "/v1/config", ""),
            List.of("POST", "/v1/main/namespaces", "{\"namespace\":[\"a\"]}"),
            List.of("GET", "/v1/main/namespaces", ""),
            List.of("GET", "/v1/main/namespaces/a", ""),
            List.of(
                    "POST",
                    "/v1/main/namespaces/a/tables",
                    "{\"name\":\"t\",\"schema\":{\"type\":\"struct\",\"fields\":"
                            + "[{\"id\":1,\"name\":\"x\",\"type\":\"long\",\"required\":false}]}}"),
            List.of("GET", "/v1/main/namespaces/a/tables/t", ""),
            List.of(
                    "POST",
                    "/v1/main/namespaces/a/tables/t",
                    "{\"requirements\":[],\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"a\":\"b\"}}]}"),
            List.of("GET", "/v1/main/namespaces/a/tables", ""),
            List.of("GET", "/v1/main/namespaces/a/tables/absent", ""));

    @Option(names = "--library", description = "unpacks SQLite's library into this folder")
    private @Nullable Path library;

    @Override
    public Integer call() throws IOException {
        if (library != null) {
            SqliteLibrary.unpack(library);
        }
        Path folder = Files.createTempDirectory("firn-rehearsal");
        try (Server server = Server.start(settings(folder))) {
            for (List<String> request : REQUESTS) {
                send(server.uri() + request.get(1), request.get(0), request.get(2));
            }
        } finally {
            delete(folder);
        }
        return 0;
    }

    private static Settings settings(Path folder) {
        return new Settings(
                "127.0.0.1",
                0,
                folder,
                null,
                null,
                List.of(),
                List.of(),
                RequestLimits.USUAL,
                new ScanSettings(100, 100, Duration.ofMinutes(1)),
                WebhookSettings.USUAL,
                RetentionSettings.USUAL);
    }

    private static void send(String uri, String method, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(uri).toURL().openConnection();
        connection.setRequestMethod(method);
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            try (OutputStream stream = connection.getOutputStream()) {
                stream.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        boolean failed = connection.getResponseCode() >= 400;
        try (InputStream stream = failed ? connection.getErrorStream() : connection.getInputStream()) {
            stream.readAllBytes();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
