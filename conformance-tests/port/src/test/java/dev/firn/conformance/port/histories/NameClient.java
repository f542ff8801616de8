package dev.firn.conformance.port.histories;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.NoAnswerException;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One of the clients that give the same names to tables and take them away, and records it. A table that has lost its name goes by another that nobody else uses. */
final class NameClient {
    static final List<String> NAMES = List.of("n0", "n1");

    private final CatalogClient client;
    private final String namespace;
    private final History history;
    private final Random random;
    private final String name;
    private int counter;

    NameClient(CatalogClient client, String namespace, History history, String name, long seed) {
        this.client = client;
        this.namespace = namespace;
        this.history = history;
        this.name = name;
        this.random = new Random(seed);
    }

    /** The identity of a register in the history. */
    static String register(String tableName) {
        return "name " + tableName;
    }

    /** Sends one request, or a few that belong together. Throws {@link NoAnswerException} when the server is gone. */
    void act() {
        String tableName = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(4)) {
            case 0 -> create(tableName);
            case 1 -> takeAway(tableName);
            default -> load(tableName);
        }
    }

    private String mark() {
        counter++;
        return name + "-" + counter;
    }

    private void create(String tableName) {
        String mark = mark();
        String body = Json.of(
                        "{'name':'%s','schema':%s,'properties':{'mark':'%s'}}", tableName, CatalogClient.SCHEMA, mark)
                .toString();
        write(
                mark,
                tableName,
                409,
                "a name that is taken",
                true,
                () -> client.http().post(client.namespace(namespace) + "/tables", body));
    }

    private void takeAway(String tableName) {
        String mark = mark();
        String body = CatalogClient.rename(namespace, tableName, namespace, mark);
        Answer renamed = write(
                mark,
                tableName,
                404,
                "a name that nothing has",
                false,
                () -> client.http().post(client.root() + "/tables/rename", body));
        if (renamed.status() == 204) {
            client.loadTable(namespace, mark).expect(200);
            client.http().delete(client.table(namespace, mark)).expect(204);
            client.loadTable(namespace, mark).expect(404);
        }
    }

    private interface Request {
        Answer send();
    }

    private Answer write(
            String mark, String tableName, int refusal, String meaning, boolean refusedIfTaken, Request request) {
        long begin = System.nanoTime();
        Answer answer;
        try {
            answer = request.send();
        } catch (NoAnswerException e) {
            history.add(new Write(mark, Set.of(register(tableName)), "", begin, Write.NEVER));
            throw e;
        }
        long end = System.nanoTime();
        if (answer.expect(200, 204, refusal).status() == refusal) {
            history.add(new Sight(
                    register(tableName),
                    meaning,
                    begin,
                    end,
                    state -> state.content().isEmpty() != refusedIfTaken));
        } else {
            history.add(new Write(mark, Set.of(register(tableName)), "", begin, end));
        }
        return answer;
    }

    private void load(String tableName) {
        long begin = System.nanoTime();
        Answer answer = client.loadTable(namespace, tableName).expect(200, 404);
        long end = System.nanoTime();
        if (answer.status() == 404) {
            history.add(new Sight(
                    register(tableName),
                    "nothing",
                    begin,
                    end,
                    state -> state.content().isEmpty()));
        } else {
            JsonNode metadata = answer.json().get("metadata");
            String mark = metadata.at("/properties/mark").asText();
            history.add(new Sight(
                    register(tableName),
                    "the table of " + mark,
                    begin,
                    end,
                    state -> state.mark().equals(mark)
                            && state.content().equals(metadata.get("table-uuid").asText())));
        }
    }
}
