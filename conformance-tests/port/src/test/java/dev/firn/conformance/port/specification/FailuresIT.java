package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.crash.KeptFiles;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients are told when the server cannot do what it should: never that nothing was wrong, and nothing has changed. */
class FailuresIT {
    @TempDir
    private Path folder;

    /** A metadata file is destroyed while nobody looks: loads fail, as the server's own failure, and changes are not made. */
    @Test
    @Covers("every 5XX")
    void destroyedFiles() throws IOException {
        Path data = folder.resolve("data");
        String namespace = Names.fresh("failing");
        List<Path> files = new ArrayList<>();
        try (FirnServer server = FirnServer.start(data, Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=1"))) {
            CatalogClient client = server.client();
            client.createNamespace(namespace).expect(200);
            files.add(metadata(client.createTable(namespace, "t").expect(200)));
            files.add(metadata(client.createView(namespace, "v").expect(200)));
            client.createTable(namespace, "whole").expect(200);
            // Until then the state would write them again.
            KeptFiles.awaitNone(data);
        }
        for (Path file : files) {
            Files.writeString(file, "{\"format-version\":");
        }
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            List<String> before = changes(client);
            isFailure(client.loadTable(namespace, "t"), 500);
            isFailure(client.commit(namespace, "t", Changes.set("a", "b")), 503);
            isFailure(client.http().get(client.view(namespace, "v")), 500);
            isFailure(client.http().post(client.view(namespace, "v"), Changes.set("a", "b")), 503);
            isFailure(
                    client.transact(
                            List.of(Changes.set(namespace, "whole", "a", "b"), Changes.set(namespace, "t", "a", "b"))),
                    503);
            assertThat(changes(client)).isEqualTo(before);
            client.commit(namespace, "whole", Changes.set("a", "b")).expect(200);
        }
    }

    private static void isFailure(Answer answer, int status) {
        JsonNode error = answer.expect(status).json().path("error");
        assertThat(error.path("code").asInt()).isEqualTo(status);
        assertThat(error.path("type").asText()).isNotEmpty();
        assertThat(error.path("message").asText()).isNotEmpty().doesNotContain("\tat ");
    }

    private static Path metadata(Answer created) {
        return Path.of(URI.create(created.json().path("metadata-location").asText()));
    }

    private static List<String> changes(CatalogClient client) {
        List<String> changes = new ArrayList<>();
        client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000")
                .expect(200)
                .json()
                .path("changes")
                .forEach(change -> changes.add(change.toString()));
        return changes;
    }

    /** Large scans are planned two at a time; here each waits for ever for a file that the disk does not give. */
    @Test
    @Covers("every 503")
    void tooMuchAtOnce() throws Exception {
        PowerCuts disk = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = disk.start(Map.of("FIRN_SCAN_FILES_WHILE_WAITING", "1"))) {
            CatalogClient client = server.client();
            String namespace = Names.namespace(client);
            JsonNode created = client.createTable(namespace, "t").expect(200).json();
            Path table = Path.of(URI.create(created.at("/metadata/location").asText()));
            Path endless = Files.write(table.resolve("metadata/endless.avro"), new byte[1000]);
            for (long id = 1; id <= 2; id++) {
                client.commit(namespace, "t", snapshot(id, endless)).expect(200);
            }
            disk.faults().fail("read", Faults.NO_ANSWER, "endless.avro");
            Answer answer = null;
            for (int plans = 0; plans <= 102; plans++) {
                answer = client.http()
                        .post(client.table(namespace, "t") + "/plan", "{\"start-snapshot-id\":1,\"end-snapshot-id\":2}")
                        .expect(200, 503);
            }
            assertThat(answer.expect(503).json().at("/error/type").asText()).isEqualTo("ServiceUnavailableException");
            client.http().get("/v1/config").expect(200);
            server.process().kill();
        }
    }

    private static JsonNode snapshot(long id, Path manifests) {
        Map<String, Object> snapshot = new HashMap<>(Map.of(
                "snapshot-id",
                id,
                "sequence-number",
                id,
                "timestamp-ms",
                System.currentTimeMillis(),
                "summary",
                Map.of("operation", "append", "added-data-files", "1000"),
                "manifest-list",
                manifests.toUri().toString(),
                "schema-id",
                0));
        if (id > 1) {
            snapshot.put("parent-snapshot-id", id - 1);
        }
        return Json.value(Map.of(
                "requirements",
                List.of(),
                "updates",
                List.of(
                        Map.of("action", "add-snapshot", "snapshot", snapshot),
                        Map.of(
                                "action", "set-snapshot-ref",
                                "ref-name", "main",
                                "type", "branch",
                                "snapshot-id", id))));
    }
}
