package dev.firn.conformance.port.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.StagedCreate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Chooses the next step of one client, which alone uses its namespace. */
final class Steps {
    private static final int TABLES = 6;
    private static final int VIEWS = 3;
    private static final int NAMESPACES = 3;

    /** After about so many steps another moment is remembered. */
    private static final int POINTS = 25;

    private final String home;
    private final Random random;
    private int counter;

    /** A moment of the past, and what there was then. */
    private Belongings then;

    private Instant thenAt = Instant.EPOCH;

    Steps(String home, Random random) {
        this.home = home;
        this.random = random;
    }

    Step next(CatalogClient client, Belongings now) {
        counter++;
        int tables = now.tables().size();
        if (then == null || random.nextInt(POINTS) == 0) {
            remember(now);
        }
        return switch (random.nextInt(23)) {
            case 0, 1 -> tables < TABLES ? createTable(client, now) : dropTable(client, now);
            case 2 -> tables > 3 ? dropTable(client, now) : createTable(client, now);
            case 3, 4 -> tables > 0 ? renameTable(client, now) : createTable(client, now);
            case 5 -> createOrDropView(client, now);
            case 6 -> now.views().isEmpty() ? createView(client, now) : renameView(client, now);
            case 7 -> createOrDropNamespace(client, now);
            case 8 -> now.namespaces().isEmpty() ? createNamespace(client, now) : setProperty(client, now);
            case 9, 10, 11 -> tables >= 3 ? transact(client, now) : createTable(client, now);
            case 12 -> tables > 0 ? commitLarge(client, now) : createTable(client, now);
            case 13 -> tables > 0 && tables < TABLES ? register(client, now) : createOrDropView(client, now);
            case 14, 15 ->
                tables < TABLES && !now.dropped().isEmpty() ? undrop(client, now) : createOrDropView(client, now);
            case 16 ->
                tables > 0 && tables < TABLES ? createInTransaction(client, now) : createOrDropNamespace(client, now);
            case 17 -> now.views().isEmpty() ? createView(client, now) : commitView(client, now);
            case 18 -> restore(client, now);
            default -> tables > 0 ? commit(client, now) : createTable(client, now);
        };
    }

    private Step createTable(CatalogClient client, Belongings now) {
        String name = "t" + counter;
        return new Step(to -> to.createTable(home, name), 200, now.withTable(name));
    }

    private Step dropTable(CatalogClient client, Belongings now) {
        String name = any(now.tables().keySet());
        String path = client.table(home, name) + "?purgeRequested=" + random.nextBoolean();
        return new Step(to -> to.http().delete(path), 204, now.withoutTable(name));
    }

    private Step renameTable(CatalogClient client, Belongings now) {
        String name = any(now.tables().keySet());
        String newName = "r" + counter;
        String body = CatalogClient.rename(home, name, home, newName);
        return new Step(
                to -> to.http().post(client.root() + "/tables/rename", body), 204, now.withTableRenamed(name, newName));
    }

    private Step commit(CatalogClient client, Belongings now) {
        return commit(client, now, String.valueOf(counter));
    }

    /** The metadata becomes larger than what the server keeps in its state; with the next value of that key it shrinks again. */
    private Step commitLarge(CatalogClient client, Belongings now) {
        return commit(client, now, counter + "x".repeat(150_000));
    }

    /** A file that a client wrote and did not sync gets a name. */
    private Step register(CatalogClient client, Belongings now) {
        String name = any(now.tables().keySet());
        String newName = "g" + counter;
        return new Step(to -> MetadataCopy.register(to, home, name, newName), 200, now.withTableCopied(name, newName))
                .once();
    }

    private Step commit(CatalogClient client, Belongings now, String value) {
        String name = any(now.tables().keySet());
        String key = "k" + random.nextInt(3);
        return new Step(
                to -> to.commit(home, name, Changes.set(key, value)),
                200,
                now.withTableProperty(Set.of(name), key, value));
    }

    private Step transact(CatalogClient client, Belongings now) {
        List<String> names = new ArrayList<>(now.tables().keySet());
        Collections.shuffle(names, random);
        Set<String> three = new TreeSet<>(names.subList(0, 3));
        String value = String.valueOf(counter);
        List<JsonNode> changes = three.stream()
                .map(name -> Changes.set(home, name, "k-tx", value))
                .toList();
        return new Step(to -> to.transact(changes), 204, now.withTableProperty(three, "k-tx", value));
    }

    /** A staged table comes to be together with a commit to another one. */
    private Step createInTransaction(CatalogClient client, Belongings now) {
        String other = any(now.tables().keySet());
        String name = "s" + counter;
        String value = String.valueOf(counter);
        Answer staged = StagedCreate.stage(client, home, name);
        if (staged.status() == 503) {
            // On a disk that fails.
            return createTable(client, now);
        }
        JsonNode create = StagedCreate.change(staged.expect(200), home, name, "k-made", value);
        List<JsonNode> changes = List.of(create, Changes.set(home, other, "k-tx", value));
        return new Step(
                to -> to.transact(changes),
                204,
                now.withTable(name)
                        .withTableProperty(Set.of(name), "k-made", value)
                        .withTableProperty(Set.of(other), "k-tx", value));
    }

    private Step undrop(CatalogClient client, Belongings now) {
        String name = any(now.dropped().keySet());
        JsonNode body = Json.value(Map.of("namespace", List.of(home), "name", name));
        return new Step(to -> to.http().post("/api/v1/catalogs/main/undrop", body), 200, now.withTableBack(name))
                .once();
    }

    /** Puts a table back to what it was at the remembered moment. Names are not used twice: what has the same name is the same table. */
    private Step restore(CatalogClient client, Belongings now) {
        List<String> names = now.tables().keySet().stream()
                .filter(name -> then != null && then.tables().containsKey(name))
                .toList();
        if (names.isEmpty()) {
            remember(now);
            return createTable(client, now);
        }
        String name = any(names);
        JsonNode body = Json.value(Map.of("namespace", List.of(home), "name", name, "at", thenAt.toString()));
        return new Step(
                        to -> to.http().post("/api/v1/catalogs/main/restore-table", body),
                        200,
                        now.withTableAsThen(name, then.tables().get(name)))
                .once();
    }

    /** All that was acknowledged happened until this millisecond, and what follows begins in a later one. */
    private void remember(Belongings now) {
        then = now;
        thenAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        while (!Instant.now().truncatedTo(ChronoUnit.MILLIS).isAfter(thenAt)) {
            Thread.onSpinWait();
        }
    }

    private Step commitView(CatalogClient client, Belongings now) {
        String name = any(now.views().keySet());
        String value = String.valueOf(counter);
        JsonNode change = Changes.set("k", value);
        return new Step(
                to -> to.http().post(client.view(home, name), change), 200, now.withViewProperty(name, "k", value));
    }

    /** So that a long run has no more of them than a short one. */
    private Step createOrDropView(CatalogClient client, Belongings now) {
        return now.views().size() < VIEWS ? createView(client, now) : dropView(client, now);
    }

    private Step createView(CatalogClient client, Belongings now) {
        String name = "v" + counter;
        return new Step(to -> to.createView(home, name), 200, now.withView(name));
    }

    private Step dropView(CatalogClient client, Belongings now) {
        String name = any(now.views().keySet());
        return new Step(to -> to.http().delete(client.view(home, name)), 204, now.withoutView(name));
    }

    private Step renameView(CatalogClient client, Belongings now) {
        String name = any(now.views().keySet());
        String newName = "w" + counter;
        String body = CatalogClient.rename(home, name, home, newName);
        return new Step(
                to -> to.http().post(client.root() + "/views/rename", body), 204, now.withViewRenamed(name, newName));
    }

    private Step createOrDropNamespace(CatalogClient client, Belongings now) {
        return now.namespaces().size() < NAMESPACES ? createNamespace(client, now) : dropNamespace(client, now);
    }

    private Step createNamespace(CatalogClient client, Belongings now) {
        String name = "n" + counter;
        return new Step(to -> to.createNamespace(home, name), 200, now.withNamespace(name));
    }

    private Step dropNamespace(CatalogClient client, Belongings now) {
        String name = any(now.namespaces().keySet());
        return new Step(to -> to.http().delete(client.namespace(home, name)), 204, now.withoutNamespace(name));
    }

    private Step setProperty(CatalogClient client, Belongings now) {
        String name = any(now.namespaces().keySet());
        String value = String.valueOf(counter);
        boolean removes = now.namespaces().get(name).containsKey("k") && random.nextInt(3) == 0;
        Object body = Json.value(removes ? Map.of("removals", List.of("k")) : Map.of("updates", Map.of("k", value)));
        return new Step(
                to -> to.http().post(client.namespace(home, name) + "/properties", body),
                200,
                removes ? now.withoutNamespaceProperty(name, "k") : now.withNamespaceProperty(name, "k", value));
    }

    private String any(Collection<String> names) {
        return new ArrayList<>(names).get(random.nextInt(names.size()));
    }
}
