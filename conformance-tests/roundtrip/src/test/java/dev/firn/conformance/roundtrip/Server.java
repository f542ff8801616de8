package dev.firn.conformance.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The server under test, a client of it, and its metadata files. */
final class Server implements AutoCloseable {
    private final FirnServer firn;
    private final CatalogClient client;
    private int names;

    private Server(FirnServer firn) {
        this.firn = firn;
        this.client = firn.client();
    }

    static Server start() {
        try {
            // Beneath the module's build folder, where the log stays readable after a failure.
            Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
            return new Server(
                    FirnServer.start(Files.createTempDirectory(build, "firn").resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CatalogClient client() {
        return client;
    }

    String freshName() {
        return "t" + ++names;
    }

    /** What a metadata file says. */
    JsonNode metadataFile(String location) throws IOException {
        byte[] content = Files.readAllBytes(Path.of(location.replaceFirst("^file:(//)?", "")));
        if (location.endsWith(".gz.metadata.json")) {
            try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(content))) {
                content = plain.readAllBytes();
            }
        }
        return Json.parse(new String(content, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        firn.close();
    }
}
