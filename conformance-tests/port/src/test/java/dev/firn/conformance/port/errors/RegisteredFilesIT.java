package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is named as the metadata of a table or view, and lies in the warehouse, but is something else. */
@ExtendWith(SharedServer.class)
class RegisteredFilesIT {
    /** More than the server takes for metadata, by the heap that tests give it. */
    private static final long LARGE = 200L * 1024 * 1024;

    private CatalogClient client;
    private String namespace;
    private Path folder;

    @BeforeEach
    void makeTable(CatalogClient client) {
        this.client = client;
        namespace = Names.namespace(client);
        Answer table = client.createTable(namespace, "t").expect(200);
        folder = Path.of(URI.create(table.json().at("/metadata/location").asText()));
    }

    private void refused(Path file, String why) {
        String location = "file://" + file;
        for (String route : new String[] {"/register", "/register-view"}) {
            Answer answer = client.http()
                    .post(
                            client.namespace(namespace) + route,
                            Json.of("{'name':'other','metadata-location':%s}", Json.value(location)));
            ErrorModel.check(answer, 400, "BadRequestException");
            assertThat(answer.json().at("/error/message").asText()).contains(why, location);
        }
    }

    @Test
    void aFolder() {
        refused(folder, "Not a file");
    }

    /** Nobody writes into it, so that it would be read forever. */
    @Test
    void aPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        refused(pipe, "Not a file");
    }

    @Test
    void data() throws IOException {
        Path data = folder.resolve("data.parquet");
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(LARGE);
        }
        refused(data, "Too large");
        Files.delete(data);
    }

    @Test
    void muchInLittle() throws IOException {
        Path bomb = folder.resolve("v1.gz.metadata.json");
        byte[] spaces = " ".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            for (long written = 0; written < LARGE; written += spaces.length) {
                file.write(spaces);
            }
        }
        refused(bomb, "Too large");
    }
}
