package dev.firn.conformance.port.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A state that an older version of the server wrote is opened by this one: it answers as that version did, and goes on. */
class UpgradeIT {
    /** The states get old, and what was dropped in them with purge is still to come back. */
    private static final Map<String, String> SETTINGS = Map.of("FIRN_PURGE_AFTER", "36500d");

    @TempDir
    private Path folder;

    private static List<OldState> states() throws IOException, URISyntaxException {
        return OldState.all();
    }

    @ParameterizedTest
    @MethodSource("states")
    void nothingIsLost(OldState state) throws Exception {
        Path data = Files.createDirectories(folder.toRealPath().resolve("data"));
        state.writeTo(data);
        JsonNode expected = state.expected(data);
        assertThat(version(data)).isEqualTo(state.version());

        try (FirnServer server = FirnServer.start(data, SETTINGS)) {
            assertThat(version(data)).isGreaterThan(state.version());
            requireAnswers(server.client(), expected);
            requireHealth(data);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(data, SETTINGS)) {
            CatalogClient client = server.client();
            requireAnswers(client, expected);
            goOn(client);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(data, SETTINGS)) {
            requireGoneOn(server.client());
            requireHealth(data);
        }
    }

    private static void requireAnswers(CatalogClient client, JsonNode expected) {
        // First the requests that were answered once: done again, they would show in the answers after them.
        for (JsonNode request : expected.get("repeated")) {
            JsonNode answer = client.withKey(request.get("key").asText())
                    .http()
                    .post(request.get("path").asText(), request.get("body"))
                    .expect(200)
                    .json();
            assertThat(answer).as("the answer to %s", request).isEqualTo(request.get("answer"));
        }
        assertThat(expected.get("answers").size()).isGreaterThan(30);
        for (Map.Entry<String, JsonNode> known : expected.get("answers").properties()) {
            JsonNode answer = client.http().get(known.getKey()).expect(200).json();
            assertThat(withoutDeadlines(answer)).as(known.getKey()).isEqualTo(withoutDeadlines(known.getValue()));
        }
    }

    /** Until when what was dropped can come back is not of the state: the settings of the server say it, and old versions did not tell. */
    private static JsonNode withoutDeadlines(JsonNode answer) {
        for (JsonNode dropped : answer.path("dropped")) {
            ((ObjectNode) dropped).remove("until");
        }
        return answer;
    }

    private static void goOn(CatalogClient client) {
        for (String name : List.of("dropped", "purged")) {
            client.http()
                    .post("/api/v1/catalogs/main/undrop", Json.of("{'namespace':['sales'],'name':'" + name + "'}"))
                    .expect(200);
        }
        client.commit("sales", "orders", Changes.set("after", "the upgrade")).expect(200);
        client.createTable("sales", "created").expect(200);
    }

    private static void requireGoneOn(CatalogClient client) {
        assertThat(property(client, "dropped", "kept")).isEqualTo("yes");
        client.loadTable("sales", "purged").expect(200);
        client.loadTable("sales", "created").expect(200);
        assertThat(property(client, "orders", "after")).isEqualTo("the upgrade");
        assertThat(property(client, "orders", "count")).isEqualTo("3");
    }

    private static String property(CatalogClient client, String table, String key) {
        JsonNode loaded = client.loadTable("sales", table).expect(200).json();
        return loaded.at("/metadata/properties/" + key).asText();
    }

    private void requireHealth(Path data) {
        assertThat(FirnCommand.run(folder, "doctor", "--data", data.toString())
                        .expectDone()
                        .out())
                .contains("Healthy.");
    }

    private static int version(Path data) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                ResultSet row = connection.createStatement().executeQuery("pragma user_version")) {
            return row.getInt(1);
        }
    }
}
