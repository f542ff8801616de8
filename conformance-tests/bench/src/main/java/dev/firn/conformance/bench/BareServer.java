package dev.firn.conformance.bench;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The limit: a server that does nothing but answer fixed bytes, by the name of the load. */
public final class BareServer {
    private BareServer() {}

    /** Listens on a port and answers {@code /bare/NAME} with the bytes of the file of that name in a folder. */
    public static void main(String[] arguments) throws IOException {
        Map<String, byte[]> answers = new HashMap<>();
        try (var files = Files.list(Path.of(arguments[1]))) {
            for (Path file : files.toList()) {
                answers.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.http.compressionStrategy = CompressionStrategy.NONE;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = Integer.parseInt(arguments[0]);
                    config.routes.get("/v1/config", context -> context.result("{}"));
                    config.routes.head("/bare/{name}", context -> context.status(204));
                    config.routes.get("/bare/{name}", context -> {
                        String name = context.pathParam("name");
                        context.contentType("application/json");
                        if (name.endsWith("gzip")) {
                            context.header("Content-Encoding", "gzip");
                        }
                        context.result(answers.get(name));
                    });
                })
                .start();
    }
}
