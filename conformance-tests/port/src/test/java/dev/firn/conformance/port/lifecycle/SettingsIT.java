package dev.firn.conformance.port.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.Readiness;
import dev.firn.conformance.harness.ServerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to say where the server listens and where its state lies. */
class SettingsIT {
    @TempDir
    private Path folder;

    @Test
    void ownVariables() {
        Path data = folder.resolve("own");
        int port = Ports.free();
        Map<String, String> environment = Map.of(
                "FIRN_PORT", String.valueOf(port),
                "FIRN_HOST", "127.0.0.1",
                "FIRN_DATA", data.toString());
        try (ServerProcess process = FirnServer.run(environment, folder, "serve")) {
            assertThat(locationOfANewTable(process, port))
                    .contains(data.resolve("warehouse").toString());
            assertThat(data.resolve("firn.db")).isRegularFile();
        }
    }

    @Test
    void fixtureVariables() {
        Path warehouse = folder.resolve("tables");
        Path database = folder.resolve("catalog.db");
        int port = Ports.free();
        Map<String, String> environment = Map.of(
                "CATALOG_REST_PORT",
                String.valueOf(port),
                "CATALOG_WAREHOUSE",
                "file://" + warehouse,
                "CATALOG_URI",
                "jdbc:sqlite:" + database,
                // Where neither says otherwise, nothing may be written into the working folder.
                "FIRN_DATA",
                folder.resolve("data").toString());
        try (ServerProcess process = FirnServer.run(environment, folder, "serve")) {
            assertThat(locationOfANewTable(process, port)).contains(warehouse.toString());
            assertThat(database).isRegularFile();
        }
    }

    @Test
    void optionsBeforeVariables() {
        int port = Ports.free();
        Path data = folder.resolve("option");
        Map<String, String> environment =
                Map.of("FIRN_PORT", "1", "FIRN_DATA", folder.resolve("variable").toString());
        try (ServerProcess process = FirnServer.launch(port, data, environment)) {
            assertThat(locationOfANewTable(process, port)).contains(data.toString());
            assertThat(folder.resolve("variable")).doesNotExist();
        }
    }

    @Test
    void saysWhereItListens() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            assertThat(server.process().stdout())
                    .contains("http://127.0.0.1:" + server.port())
                    .contains("ATTACH");
        }
    }

    @Test
    void saysWhichClientsCannotUseThePathOfTheWarehouse() {
        try (FirnServer server = FirnServer.start(folder.resolve("data #1"))) {
            assertThat(server.process().stderr())
                    .contains("PyIceberg cannot read")
                    .doesNotContain("DuckDB cannot");
        }
        try (FirnServer server = FirnServer.start(folder.resolve("tables\\of\\mine"))) {
            assertThat(server.process().stderr())
                    .contains("DuckDB cannot delete")
                    .doesNotContain("PyIceberg cannot");
        }
        try (FirnServer server = FirnServer.start(folder.resolve("it's 100% [a] {b} *"))) {
            assertThat(server.process().stderr()).doesNotContain("cannot");
        }
    }

    private static String locationOfANewTable(ServerProcess process, int port) {
        URI uri = URI.create("http://127.0.0.1:" + port);
        Readiness.await(process, uri);
        CatalogClient client = CatalogClient.connect(uri);
        client.createNamespace("n").expect(200);
        return client.createTable("n", "t")
                .expect(200)
                .json()
                .at("/metadata/location")
                .asText();
    }
}
