package dev.firn.conformance.port.histories;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.NoAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** One of the clients that change and load the same tables, and records what it sent and saw. */
final class TableClient {
    private static final AtomicLong SNAPSHOTS = new AtomicLong(1);

    private final CatalogClient client;
    private final SharedTables tables;
    private final History history;
    private final Random random;
    private final String name;
    private int counter;

    TableClient(CatalogClient client, SharedTables tables, History history, String name, long seed) {
        this.client = client;
        this.tables = tables;
        this.history = history;
        this.name = name;
        this.random = new Random(seed);
    }

    /** Sends one request, or a few that belong together. Throws {@link NoAnswerException} when the server is gone. */
    void act() {
        String table = tables.any(random);
        switch (random.nextInt(10)) {
            case 0 -> commit(table, List.of());
            case 1 -> commit(table, List.of(Changes.sameTable(tables.uuid(table))));
            case 2, 3 -> append(table);
            case 4, 5 -> transact();
            case 6 -> commitTwice(table);
            case 7, 8 -> load(table);
            default -> tables.names().forEach(this::load);
        }
    }

    private String mark() {
        counter++;
        return name + "-" + counter;
    }

    /** Nothing that is required can fail to hold, so there is no conflict. */
    private void commit(String table, List<?> requirements) {
        String mark = mark();
        JsonNode change = Changes.on(tables.namespace(), table, requirements, List.of(Changes.update("mark", mark)));
        send(mark, Set.of(table), () -> client.commit(tables.namespace(), table, change));
    }

    /** Adds a snapshot to the one that it has loaded. */
    private void append(String table) {
        State state = load(table);
        String mark = mark();
        long snapshot = SNAPSHOTS.incrementAndGet();
        JsonNode change = Changes.on(
                tables.namespace(), table, List.of(mainIs(state.content())), snapshot(snapshot, state.content(), mark));
        long begin = System.nanoTime();
        Answer answer = sendOrConflict(
                mark, Set.of(table), state.content(), () -> client.commit(tables.namespace(), table, change));
        if (answer.status() == 409) {
            history.add(new Sight(
                    table,
                    "a conflict with " + state,
                    begin,
                    System.nanoTime(),
                    then -> !then.content().equals(state.content())));
        }
    }

    private static Map<String, ?> mainIs(String snapshot) {
        Map<String, Object> requirement = new HashMap<>(Map.of("type", "assert-ref-snapshot-id", "ref", "main"));
        requirement.put("snapshot-id", snapshot.isEmpty() ? null : Long.valueOf(snapshot));
        return requirement;
    }

    private List<?> snapshot(long id, String parent, String mark) {
        Map<String, Object> snapshot = new HashMap<>(Map.of(
                "snapshot-id",
                id,
                "timestamp-ms",
                System.currentTimeMillis(),
                "sequence-number",
                id,
                "summary",
                Map.of("operation", "append"),
                "manifest-list",
                tables.location() + "/none.avro",
                "schema-id",
                0));
        if (!parent.isEmpty()) {
            snapshot.put("parent-snapshot-id", Long.valueOf(parent));
        }
        return List.of(
                Map.of("action", "add-snapshot", "snapshot", snapshot),
                Map.of("action", "set-snapshot-ref", "ref-name", "main", "type", "branch", "snapshot-id", id),
                Changes.update("mark", mark));
    }

    private void transact() {
        String mark = mark();
        List<String> names = new ArrayList<>(tables.names());
        Collections.shuffle(names, random);
        Set<String> some = new TreeSet<>(names.subList(0, 2 + random.nextInt(names.size() - 1)));
        List<JsonNode> changes = new ArrayList<>();
        some.forEach(table -> changes.add(Changes.set(tables.namespace(), table, "mark", mark)));
        Collections.shuffle(changes, random);
        send(mark, some, () -> client.transact(changes));
    }

    /** As a client that has not got an answer: the same request again. It is done once and answered the same. */
    private void commitTwice(String table) {
        String mark = mark();
        byte[] body = Changes.set("mark", mark).toString().getBytes(StandardCharsets.UTF_8);
        String key = UUID.randomUUID().toString();
        String path = client.table(tables.namespace(), table);
        Answer first = send(mark, Set.of(table), () -> client.http().send("POST", path, body, "Idempotency-Key", key));
        if (tables.replays()) {
            Answer second = client.http().send("POST", path, body, "Idempotency-Key", key);
            if (second.status() != first.status() || !second.json().equals(first.json())) {
                throw new AssertionError("Answered another way: " + first + "\nand then " + second);
            }
        }
    }

    private interface Request {
        Answer send();
    }

    /** Nothing is required that could fail to hold. */
    private Answer send(String mark, Set<String> registers, Request request) {
        return sendOrConflict(mark, registers, "", request).expect(200, 204);
    }

    private Answer sendOrConflict(String mark, Set<String> registers, String base, Request request) {
        long begin = System.nanoTime();
        Answer answer;
        try {
            answer = request.send();
        } catch (NoAnswerException e) {
            history.add(new Write(mark, registers, base, begin, Write.NEVER));
            throw e;
        }
        long end = System.nanoTime();
        if (answer.expect(200, 204, 409).status() != 409) {
            history.add(new Write(mark, registers, base, begin, end));
        }
        return answer;
    }

    private State load(String table) {
        long begin = System.nanoTime();
        Answer answer = client.loadTable(tables.namespace(), table).expect(200);
        State state = SharedTables.state(answer.json().get("metadata"));
        history.add(Sight.of(table, state, begin, System.nanoTime()));
        return state;
    }
}
