package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.NoAnswerException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A client that commits to three tables at once, which other clients do at the same time. Each has
 * a property of its own, so that all transactions must succeed and none may undo another.
 */
final class Transactor implements Worker {
    private static final String SHARED = "shared";
    private static final List<String> TABLES = List.of("a", "b", "c");

    private final int number;
    private int known;
    private int possible;

    Transactor(int number) {
        this.number = number;
    }

    @Override
    public void prepare(CatalogClient client) {
        // Whoever comes first makes what all share.
        client.createNamespace(SHARED).expect(200, 409);
        TABLES.forEach(table -> client.createTable(SHARED, table).expect(200, 409));
    }

    @Override
    public void work(CatalogClient client, Progress progress) {
        try {
            while (true) {
                transact(client, progress);
            }
        } catch (NoAnswerException e) {
            // The server has been killed.
        }
    }

    private void transact(CatalogClient client, Progress progress) {
        possible = known + 1;
        List<JsonNode> changes = new ArrayList<>();
        for (String table : TABLES) {
            changes.add(Changes.set(SHARED, table, key(), String.valueOf(possible)));
        }
        Collections.rotate(changes, number);
        Answer answer = client.transact(changes);
        if (!progress.failed(answer)) {
            answer.expect(204);
            known = possible;
            progress.acknowledge();
        } else if (progress.failure(answer) == Progress.Failure.UNCHANGED) {
            possible = known;
        } else {
            check(client);
        }
    }

    @Override
    public void check(CatalogClient client) {
        List<Integer> found = new ArrayList<>();
        for (String table : TABLES) {
            Map<String, String> properties = Inventory.tableProperties(client, SHARED, table);
            found.add(Integer.valueOf(properties.getOrDefault(key(), "0")));
        }
        assertThat(found)
                .as("the last transaction of %s, acknowledged %s, sent %s", key(), known, possible)
                .isIn(Collections.nCopies(3, known), Collections.nCopies(3, possible));
        known = found.get(0);
        possible = known;
    }

    private String key() {
        return "k-" + number;
    }
}
