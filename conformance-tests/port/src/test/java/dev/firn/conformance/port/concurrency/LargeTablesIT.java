package dev.firn.conformance.port.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Together;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many ask at once for tables that are large and that the server does not have in memory, after a restart: together they do not fit into it, one after another they do. */
class LargeTablesIT {
    private static final int TABLES = 16;

    /** A table of 4 MB, most of which is parsed into five times its text. */
    private static final int PROPERTIES = 80_000;

    /** A table that is larger than all that waits may take. */
    private static final int LARGE = 9_000_000;

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;

    @BeforeEach
    void start() {
        restart("-Xmx1g");
        client.createNamespace("n").expect(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void commits() throws Exception {
        makeTables();
        restart("-Xmx256m");
        List<Answer> answers = atOnce(number -> client.commit("n", "t" + number, Changes.set("key", "x")));
        assertThat(answers).allSatisfy(LargeTablesIT::requireDoneOrLater);
        for (int number = 0; number < TABLES; number++) {
            assertThat(properties("t" + number).has("key"))
                    .isEqualTo(answers.get(number).status() == 200);
        }
        assertThat(answers).anyMatch(answer -> answer.status() == 200);
    }

    @Test
    void loads() throws Exception {
        makeTables();
        restart("-Xmx150m");
        List<Answer> answers = atOnce(number -> client.loadTable("n", "t" + number));
        // On a slow machine the last may have waited for too long.
        assertThat(answers).allSatisfy(LargeTablesIT::requireDoneOrLater);
        assertThat(answers).anyMatch(answer -> answer.status() == 200);
        for (int number = 0; number < TABLES; number++) {
            assertThat(properties("t" + number).has("the-name-of-a-property-0")).isTrue();
        }
    }

    /** To wait would not help it, and one after another they fit. */
    @Test
    void aTransactionThatIsTooLargeForTheMemory() {
        makeTables();
        restart("-Xmx256m");
        List<JsonNode> changes = new ArrayList<>();
        for (int number = 0; number < TABLES; number++) {
            changes.add(Changes.set("n", "t" + number, "key", "x"));
        }
        assertThat(client.transact(changes).expect(400).text()).contains("too large for memory");
        assertThat(properties("t0").has("key")).isFalse();
        client.transact(changes.subList(0, 2)).expect(204);
        assertThat(properties("t1").has("key")).isTrue();
    }

    /** It is served as long as nobody else asks for so much. */
    @Test
    void oneThatIsTooLargeForTheRoom() {
        create("t", Map.of("text", "x".repeat(LARGE)));
        restart("-Xmx150m");
        client.commit("n", "t", Changes.set("key", "x")).expect(200);
        restart("-Xmx150m");
        assertThat(properties("t").has("key")).isTrue();
    }

    private static void requireDoneOrLater(Answer answer) {
        boolean done = answer.expect(200, 503).status() == 200;
        assertThat(answer.header("Retry-After").isPresent()).isEqualTo(!done);
    }

    private void makeTables() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int number = 0; number < PROPERTIES; number++) {
            properties.put("the-name-of-a-property-" + number, "the value of " + number);
        }
        for (int number = 0; number < TABLES; number++) {
            create("t" + number, properties);
        }
    }

    private void create(String name, Map<String, String> properties) {
        JsonNode schema = Json.value(Map.of("type", "struct", "fields", List.of()));
        client.http()
                .post(
                        client.namespace("n") + "/tables",
                        Json.value(Map.of("name", name, "schema", schema, "properties", properties)))
                .expect(200);
    }

    private JsonNode properties(String table) {
        return client.loadTable("n", table).expect(200).json().at("/metadata/properties");
    }

    private void restart(String heap) {
        if (server != null) {
            server.close();
        }
        // It has the last word of all options of the command line.
        server = FirnServer.start(folder.resolve("data"), Map.of("_JAVA_OPTIONS", heap));
        client = server.client();
    }

    private static List<Answer> atOnce(IntFunction<Answer> request) throws Exception {
        return Together.run(IntStream.range(0, TABLES)
                .<Callable<Answer>>mapToObj(number -> () -> request.apply(number))
                .toList());
    }
}
