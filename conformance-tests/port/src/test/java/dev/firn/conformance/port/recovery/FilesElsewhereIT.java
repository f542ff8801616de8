package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose files the server cannot look for, or cannot read, when they are to come back. */
@ExtendWith(SharedServer.class)
class FilesElsewhereIT {
    private final CatalogClient client;
    private final String n;

    FilesElsewhereIT(CatalogClient client) {
        this.client = client;
        this.n = Names.namespace(client);
    }

    private Answer undrop(String name) {
        return client.http().post("/api/v1/catalogs/main/undrop", Json.of("{'namespace':['%s'],'name':'%s'}", n, name));
    }

    /** Commits take them, and clients read them by themselves: so a table comes back with them too. */
    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/snap-1.avro", "/elsewhere/snap-1.avro"})
    void aTableComesBackWithASnapshotOutsideOfTheWarehouse(String manifests) {
        client.createTable(n, "t").expect(200);
        client.commit(n, "t", Json.of("""
                        {'requirements':[],'updates':[
                         {'action':'add-snapshot','snapshot':{'snapshot-id':1,'sequence-number':1,'timestamp-ms':%d,
                          'manifest-list':'%s','summary':{'operation':'append'},'schema-id':0}},
                         {'action':'set-snapshot-ref','ref-name':'main','snapshot-id':1,'type':'branch'}]}""", System.currentTimeMillis(), manifests))
                .expect(200);
        client.http().delete(client.table(n, "t")).expect(204);

        long then = undrop("t").expect(200).json().get("change").asLong();

        client.commit(n, "t", Changes.set("color", "red")).expect(200);
        client.http()
                .post(
                        "/api/v1/catalogs/main/restore-table",
                        Json.of("{'namespace':['%s'],'name':'t','at':'change:%d'}", n, then))
                .expect(200);
        JsonNode metadata = client.loadTable(n, "t").expect(200).json().get("metadata");
        assertThat(metadata.get("properties").has("color")).isFalse();
        assertThat(metadata.get("current-snapshot-id").asLong()).isEqualTo(1);
    }

    /** A disk that is not mounted is no reason to tell that files are gone: a client with a key would be told so for half an hour. */
    @Test
    void whatIsOnADiskThatIsAwayIsNotGone() throws Exception {
        Path folder = PowerCuts.folder();
        Path warehouse = folder.resolve("warehouse");
        try (FirnServer server =
                FirnServer.start(folder.resolve("data"), Map.of("FIRN_WAREHOUSE", warehouse.toString()))) {
            CatalogClient own = server.client();
            own.createNamespace("n").expect(200);
            own.createTable("n", "t").expect(200);
            own.createTable("n", "dropped").expect(200);
            own.createView("n", "v").expect(200);
            own.http().delete(own.table("n", "dropped")).expect(204);
            own.http().delete(own.view("n", "v")).expect(204);
            own.commit("n", "t", Changes.set("color", "red")).expect(200);
            Path away = Files.move(warehouse, folder.resolve("away"));
            Files.createDirectory(warehouse);

            answerAll(own, 503);

            Files.delete(warehouse);
            Files.move(away, warehouse);
            answerAll(own, 200);
        }
    }

    private static void answerAll(CatalogClient client, int status) {
        String catalog = "/api/v1/catalogs/main";
        client.http()
                .post(catalog + "/restore-table", Json.of("{'namespace':['n'],'name':'t','at':'change:2'}"))
                .expect(status);
        client.http()
                .post(catalog + "/undrop", Json.of("{'namespace':['n'],'name':'dropped'}"))
                .expect(status);
        client.http()
                .post(catalog + "/undrop", Json.of("{'namespace':['n'],'name':'v'}"))
                .expect(status);
    }

    /** Nothing has changed, so it is not 500, and who reads it knows what to mend. */
    @Test
    void whatIsDamagedIsNamed() throws IOException {
        String table = client.createTable(n, "t")
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
        String view = client.createView(n, "v")
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
        client.http().delete(client.table(n, "t")).expect(204);
        client.http().delete(client.view(n, "v")).expect(204);
        Files.writeString(Path.of(table.substring("file://".length())), "{");
        Files.writeString(Path.of(view.substring("file://".length())), "{");

        assertThat(undrop("t").expect(503).text()).contains(table);
        assertThat(undrop("v").expect(503).text()).contains(view);
    }
}
