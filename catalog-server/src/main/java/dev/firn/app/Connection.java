package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.config.Settings;
import dev.firn.names.Visible;
import dev.firn.security.Authority;
import dev.firn.security.Credentials;
import dev.firn.security.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a command says to a server, over HTTP as everybody else. On a data folder of this machine it needs no credential: whoever may read the folder's key signs a
 * token with it.
 *
 * <p>An answer that is an error becomes a {@link CommandException} with the server's own message.
 */
final class Connection implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKENS = "/v1/oauth/tokens";
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.log.dev.firn";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String server;
    private final @Nullable String token;
    private final String catalog;

    /** The server that runs for this connection alone. */
    private final @Nullable Server own;

    private Connection(String server, @Nullable String token, String catalog, @Nullable Server own) {
        this.server = server;
        this.token = token;
        this.catalog = catalog;
        this.own = own;
    }

    /**
     * To a server anywhere.
     *
     * @param uri its address, without a path
     * @param credential {@code id:secret}, for which it is asked for a token; null if it asks nobody who they are
     */
    static Connection toServer(String uri, @Nullable String credential, String catalog) {
        String server = uri.replaceFirst("/+$", "");
        Connection anonymous = new Connection(server, null, catalog, null);
        if (credential == null) {
            return anonymous;
        }
        int colon = credential.indexOf(':');
        String form = "grant_type=client_credentials&client_id=" + encode(credential.substring(0, colon))
                + "&client_secret=" + encode(credential.substring(colon + 1));
        HttpRequest request = anonymous
                .request(TOKENS)
                .POST(BodyPublishers.ofString(form))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .build();
        JsonNode answer = anonymous.json(request);
        return new Connection(server, answer.path("access_token").asText(), catalog, null);
    }

    /** To the server that runs on a data folder of this machine; if none does, to one that is started for this connection. */
    static Connection toFolder(Settings settings, String catalog) {
        // What the server would log the command says itself.
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "off");
        }
        // Whoever has no token cannot call it while it is there.
        Authority authority = new Authority(
                Credentials.of(List.of("command:" + UUID.randomUUID())),
                SigningKey.forThisProcess(),
                Clock.systemUTC());
        try {
            // The next start would not tell it again.
            Server own = Server.startUnannounced(settings, authority, lost -> System.err.println("firn: " + lost));
            return new Connection(own.uri(), authority.issueForOperator(user()), catalog, own);
        } catch (StateInUseException e) {
            String running = e.address().orElseThrow(() -> e);
            return new Connection(running, tokenByKey(settings), catalog, null);
        }
    }

    /** A token signed with the key of the folder; null if it has none, because its server asks nobody who they are. */
    private static @Nullable String tokenByKey(Settings settings) {
        if (!Files.exists(settings.keyFile())) {
            return null;
        }
        try {
            byte[] key = SigningKey.in(settings.keyFile());
            return new Authority(Credentials.of(List.of()), key, Clock.systemUTC()).issueForOperator(user());
        } catch (UncheckedIOException e) {
            throw new CommandException("cannot read the key of tokens, " + settings.keyFile()
                    + "; name the server with --uri, and a client that it knows with --credential");
        }
    }

    private static String user() {
        return System.getProperty("user.name", "unknown");
    }

    /** The path of what is about the catalog: {@code /api/v1/catalogs/main} and what follows. */
    String catalogPath(String path) {
        return "/api/v1/catalogs/" + encode(catalog) + path;
    }

    /** A text as one segment of a path, or as the value of a parameter. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code GET} of JSON. */
    JsonNode get(String path) {
        return json(request(path).GET().build());
    }

    /** {@code POST} of JSON; the answer is missing if the server has nothing to say. */
    JsonNode post(String path, JsonNode body) {
        return post(path, BodyPublishers.ofString(body.toString()), "application/json");
    }

    /** {@code POST} of anything. */
    JsonNode post(String path, BodyPublisher body, String contentType) {
        return json(request(path).POST(body).header("Content-Type", contentType).build());
    }

    /** {@code DELETE}. */
    void delete(String path) {
        json(request(path).DELETE().build());
    }

    /** {@code GET} of a file. Returns its bytes' number. */
    long download(String path, NewFile target) {
        HttpResponse<InputStream> response = send(request(path).GET().build());
        try (InputStream body = response.body()) {
            return target.write(
                    body, response.headers().firstValueAsLong("Content-Length").orElse(-1));
        } catch (IOException e) {
            throw new CommandException("cannot read the answer of " + server + ": " + reason(e), e);
        }
    }

    private HttpRequest.Builder request(String path) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path));
            return token == null ? request : request.header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            throw new CommandException("not the address of a server: " + server, e);
        }
    }

    private JsonNode json(HttpRequest request) {
        try (InputStream body = send(request).body()) {
            byte[] content = body.readAllBytes();
            return content.length == 0 ? JSON.missingNode() : JSON.readTree(content);
        } catch (IOException e) {
            throw new CommandException("cannot understand the answer of " + server + ": " + e.getMessage(), e);
        }
    }

    /** Sends a request whose answer is not JSON, or is large. To be closed by the caller. */
    private HttpResponse<InputStream> send(HttpRequest request) {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new CommandException("cannot reach the server at " + server + ": " + reason(e), e);
        } catch (IOException e) {
            // It may have done what it was asked before it fell silent.
            throw new CommandException(
                    "no answer came from the server at " + server + ": " + reason(e)
                            + (changesState(request) ? "; it is not known whether it is done" : ""),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
        if (response.statusCode() >= 300) {
            throw new CommandException(message(response));
        }
        return response;
    }

    private static boolean changesState(HttpRequest request) {
        return !request.method().equals("GET") && !request.uri().getPath().equals(TOKENS);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** The message of the specification's error model, or of OAuth2's, else the status. */
    private String message(HttpResponse<InputStream> response) {
        String status = server + " answered " + response.statusCode();
        try (InputStream body = response.body()) {
            JsonNode json = JSON.readTree(body.readAllBytes());
            String message = Visible.text(json.at("/error/message")
                    .asText(json.path("error_description").asText("")));
            if (response.statusCode() == 401) {
                return status + ": " + message + " (--credential names a client that it knows)";
            }
            return message.isEmpty() ? status : message;
        } catch (IOException e) {
            return status;
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
