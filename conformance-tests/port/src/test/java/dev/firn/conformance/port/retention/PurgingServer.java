package dev.firn.conformance.port.retention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that purges what is dropped so, with the client and the tables of a test: what the tests of purges share. */
abstract class PurgingServer {
    static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    static final TableIdentifier T = TableIdentifier.of("n", "t");

    @TempDir
    Path folder;

    FirnServer server;
    RESTCatalog catalog;

    void start(String purgeAfter) {
        start(Map.of("FIRN_PURGE_AFTER", purgeAfter));
    }

    void start(Map<String, String> settings) {
        server = FirnServer.start(folder.resolve("data"), settings);
        catalog = JavaClient.connect(server);
        if (!catalog.namespaceExists(Namespace.of("n"))) {
            catalog.createNamespace(Namespace.of("n"));
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            catalog.close();
            server.close();
        }
    }

    Table create(TableIdentifier name, int commits) {
        Table table = catalog.buildTable(name, SCHEMA).create();
        for (int i = 0; i < commits; i++) {
            TestTable.append(table);
        }
        return table;
    }

    static Path root(Table table) {
        return TestTable.path(table.location());
    }

    static void awaitGone(Path root) {
        Eventually.become(() -> !Files.exists(root), () -> TestTable.files(root));
    }

    String metadataLocation(TableIdentifier name) {
        return server.client()
                .loadTable(name.namespace().toString(), name.name())
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
    }

    long newestChange() {
        JsonNode changes = server.client()
                .http()
                .get("/api/v1/catalogs/main/changes?limit=1000")
                .expect(200)
                .json()
                .get("changes");
        return changes.get(changes.size() - 1).get("change").asLong();
    }

    /** Waits until so many purges are over. */
    void awaitSettled(int purges) {
        Eventually.become(
                () -> server.process()
                                .log()
                                .lines()
                                .filter(line -> line.contains("Purged "))
                                .count()
                        >= purges,
                () -> server.process().log());
    }
}
