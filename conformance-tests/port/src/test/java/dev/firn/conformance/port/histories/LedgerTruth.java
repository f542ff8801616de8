package dev.firn.conformance.port.histories;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The states that every table and name had, from the ledger and from the catalog as it was at each change. */
final class LedgerTruth {
    private final CatalogClient client;
    private final SharedTables tables;
    private final Map<String, List<State>> states = new TreeMap<>();

    private LedgerTruth(CatalogClient client, SharedTables tables) {
        this.client = client;
        this.tables = tables;
        tables.names().forEach(this::begin);
        NameClient.NAMES.forEach(name -> begin(NameClient.register(name)));
    }

    private void begin(String register) {
        states.put(register, new ArrayList<>(List.of(State.INITIAL)));
    }

    /** For each register its states in order. */
    static Map<String, List<State>> read(CatalogClient client, SharedTables tables) {
        LedgerTruth truth = new LedgerTruth(client, tables);
        long after = 0;
        for (JsonNode page = truth.page(after); !page.get("changes").isEmpty(); page = truth.page(after)) {
            for (JsonNode change : page.get("changes")) {
                truth.follow(change);
            }
            after = page.get("next").asLong();
        }
        return truth.states;
    }

    private JsonNode page(long after) {
        return client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                .expect(200)
                .json();
    }

    private void follow(JsonNode change) {
        if (!change.at("/namespace/0").asText().equals(tables.namespace())) {
            return;
        }
        String name = change.path("name").asText();
        if (tables.names().contains(name) && !change.get("operation").asText().startsWith("create")) {
            // All that is at this moment, so that a transaction that were half there would be seen.
            for (String table : tables.names()) {
                State then = SharedTables.state(load(change, table));
                List<State> known = states.get(table);
                if (!known.get(known.size() - 1).equals(then)) {
                    known.add(then);
                }
            }
        } else if (NameClient.NAMES.contains(name)) {
            String destination = change.at("/detail/destination/name").asText();
            State then = destination.isEmpty()
                    ? new State(
                            load(change, name).at("/properties/mark").asText(),
                            change.get("uuid").asText())
                    : new State(destination, "");
            states.get(NameClient.register(name)).add(then);
        }
    }

    private JsonNode load(JsonNode change, String table) {
        String then = CatalogClient.encode("main@change:" + change.get("change").asText());
        Answer answer = client.http().get("/v1/%s/namespaces/%s/tables/%s".formatted(then, tables.namespace(), table));
        return answer.expect(200).json().get("metadata");
    }
}
