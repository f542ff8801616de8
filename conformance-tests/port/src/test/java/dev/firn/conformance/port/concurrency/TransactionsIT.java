package dev.firn.conformance.port.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.StagedCreate;
import dev.firn.conformance.port.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions over several tables. */
@ExtendWith(SharedServer.class)
class TransactionsIT {
    private static final List<String> TABLES = List.of("a", "b", "c");
    private static final int TRANSACTIONS = 48;

    private CatalogClient client;
    private String namespace;

    @BeforeEach
    void createTables(CatalogClient client) {
        this.client = client;
        this.namespace = Names.namespace(client);
        TABLES.forEach(table -> client.createTable(namespace, table).expect(200));
    }

    @Test
    void crossingTransactionsAllSucceedAndNoneIsLost() throws Exception {
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < TRANSACTIONS; number++) {
            List<JsonNode> changes = new ArrayList<>();
            for (String table : TABLES) {
                changes.add(Changes.set(namespace, table, "key-" + number, table));
            }
            // Each starts with another table, so that they cross.
            Collections.rotate(changes, number);
            work.add(() -> client.transact(changes));
        }

        for (Answer answer : Together.run(work)) {
            answer.expect(204);
        }

        for (String table : TABLES) {
            for (int number = 0; number < TRANSACTIONS; number++) {
                assertThat(property(table, "key-" + number)).isEqualTo(table);
            }
        }
    }

    @Test
    void transactionsAndSingleCommitsMeet() throws Exception {
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            String key = "key-" + number;
            String table = TABLES.get(number % 3);
            work.add(() -> client.commit(namespace, table, Changes.set("single-" + key, "x")));
            work.add(() -> client.transact(TABLES.stream()
                    .map(each -> Changes.set(namespace, each, key, "x"))
                    .toList()));
        }

        for (Answer answer : Together.run(work)) {
            answer.expect(200, 204);
        }

        for (int number = 0; number < 16; number++) {
            assertThat(property(TABLES.get(number % 3), "single-key-" + number)).isEqualTo("x");
            for (String table : TABLES) {
                assertThat(property(table, "key-" + number)).isEqualTo("x");
            }
        }
    }

    @Test
    void oneFailingRequirementChangesNothing() {
        List<String> before = states();
        Map<String, ?> wrong = Changes.sameTable("00000000-0000-0000-0000-000000000000");

        client.transact(List.of(
                        Changes.set(namespace, "a", "k", "v"),
                        Changes.on(namespace, "b", List.of(wrong), List.of(Changes.update("k", "v"))),
                        Changes.set(namespace, "c", "k", "v")))
                .expect(409);

        assertThat(states()).isEqualTo(before);
    }

    @Test
    void oneMissingTableChangesNothing() {
        List<String> before = states();
        client.transact(List.of(Changes.set(namespace, "a", "k", "v"), Changes.set(namespace, "x", "k", "v")))
                .expect(404);
        assertThat(states()).isEqualTo(before);
    }

    @Test
    void oneUpdateThatCannotBeAppliedChangesNothing() {
        List<String> before = states();
        client.transact(List.of(
                        Changes.set(namespace, "a", "k", "v"),
                        Changes.on(
                                namespace,
                                "b",
                                List.of(),
                                List.of(Map.of("action", "set-current-schema", "schema-id", 77)))))
                .expect(400);
        assertThat(states()).isEqualTo(before);
    }

    @Test
    void sameTableTwiceIsRefusedOrWhole() {
        Answer answer = client.transact(
                        List.of(Changes.set(namespace, "a", "first", "1"), Changes.set(namespace, "a", "second", "2")))
                .expect(204, 400);
        boolean applied = answer.status() == 204;
        assertThat(property("a", "first")).isEqualTo(applied ? "1" : "");
        assertThat(property("a", "second")).isEqualTo(applied ? "2" : "");
    }

    @Test
    void stagedCreateInATransaction() {
        JsonNode creation = StagedCreate.change(client, namespace, "staged");
        client.http().head(client.table(namespace, "staged")).expect(404);

        client.transact(List.of(creation, Changes.set(namespace, "a", "k", "v")))
                .expect(204);

        assertThat(property("staged", "made")).isEqualTo("staged");
        assertThat(property("a", "k")).isEqualTo("v");
        assertThat(CatalogClient.names(client.http().get(client.namespace(namespace) + "/tables")))
                .containsExactlyInAnyOrder("a", "b", "c", "staged");
    }

    @Test
    void twoStagedCreatesInOneTransaction() {
        client.transact(List.of(
                        StagedCreate.change(client, namespace, "one"), StagedCreate.change(client, namespace, "two")))
                .expect(204);
        client.loadTable(namespace, "one").expect(200);
        client.loadTable(namespace, "two").expect(200);
    }

    @Test
    void stagedCreateOfATransactionThatFailsIsAbsent() {
        JsonNode creation = StagedCreate.change(client, namespace, "staged");
        Map<String, ?> wrong = Changes.sameTable("00000000-0000-0000-0000-000000000000");
        client.transact(List.of(
                        creation, Changes.on(namespace, "a", List.of(wrong), List.of(Changes.update("k", "v")))))
                .expect(409);
        client.http().head(client.table(namespace, "staged")).expect(404);
    }

    @Test
    void stagedCreateOfATableThatCameIntoBeing() {
        JsonNode creation = StagedCreate.change(client, namespace, "staged");
        client.createTable(namespace, "staged").expect(200);
        List<String> before = states();
        client.transact(List.of(Changes.set(namespace, "a", "k", "v"), creation))
                .expect(409);
        assertThat(states()).isEqualTo(before);
    }

    private List<String> states() {
        return TABLES.stream()
                .map(table -> client.loadTable(namespace, table).text())
                .toList();
    }

    private String property(String table, String key) {
        JsonNode loaded = client.loadTable(namespace, table).expect(200).json();
        return loaded.at("/metadata/properties").path(key).asText("");
    }

    /** A table that is only required to be as it was: it is not changed, and the others only if it is so. */
    @Test
    void aTableMayBeRequiredOnly() {
        String uuid = client.loadTable(namespace, "b")
                .json()
                .at("/metadata/table-uuid")
                .asText();
        String before = client.loadTable(namespace, "b").text();
        client.transact(List.of(
                        Changes.set(namespace, "a", "k", "v"),
                        Changes.on(namespace, "b", List.of(Changes.sameTable(uuid)), List.of())))
                .expect(204);
        client.transact(List.of(
                        Changes.set(namespace, "a", "k", "w"),
                        Changes.on(
                                namespace,
                                "b",
                                List.of(Changes.sameTable("00000000-0000-0000-0000-000000000000")),
                                List.of())))
                .expect(409);
        assertThat(property("a", "k")).isEqualTo("v");
        assertThat(client.loadTable(namespace, "b").text()).isEqualTo(before);
    }
}
