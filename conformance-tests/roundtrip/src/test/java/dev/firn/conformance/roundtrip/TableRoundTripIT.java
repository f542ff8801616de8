package dev.firn.conformance.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;

/** Commits to a table say over REST what iceberg-core says of the same updates, and what it refuses is refused and changes nothing. */
class TableRoundTripIT {
    private static final String NAMESPACE = "round trips";
    private static final List<String> ACTIONS = List.of(
            "assign-uuid",
            "upgrade-format-version",
            "add-schema",
            "set-current-schema",
            "add-spec",
            "set-default-spec",
            "add-sort-order",
            "set-default-sort-order",
            "add-snapshot",
            "set-snapshot-ref",
            "remove-snapshots",
            "remove-snapshot-ref",
            "set-statistics",
            "remove-statistics",
            "set-partition-statistics",
            "remove-partition-statistics",
            "set-properties",
            "remove-properties",
            "set-location",
            "add-encryption-key",
            "remove-encryption-key",
            "remove-partition-specs",
            "remove-schemas");

    private static Server server;

    @BeforeContainer
    static void start() {
        server = Server.start();
        server.client().createNamespace(NAMESPACE).expect(200);
    }

    @AfterContainer
    static void stop() {
        server.close();
    }

    @Provide
    Arbitrary<List<Commit>> commits() {
        return Commits.any(TableUpdates.kinds()).list().ofMinSize(1).ofMaxSize(8);
    }

    @Property(seed = "1911")
    void everySequenceOfCommits(@ForAll("commits") List<Commit> commits, @ForAll @IntRange(min = 1, max = 3) int format)
            throws Exception {
        CatalogClient client = server.client();
        String name = server.freshName();
        String other = server.freshName();
        client.createTable(NAMESPACE, other).expect(200);
        TableModel model = new TableModel(create(client, name, format));
        int together = 0;
        for (Commit commit : commits) {
            List<String> requirements = commit.checked() ? List.of(requirement(commit, model.present())) : List.of();
            List<String> updates = model.updates(commit);
            TableMetadata next = null;
            String reason = "";
            try {
                next = model.after(requirements, updates);
            } catch (RuntimeException e) {
                reason = e.toString();
            }
            Answer answer = commit.inTransaction()
                    ? transact(client, name, other, together, requirements, updates)
                    : client.commit(NAMESPACE, name, Json.parse(Bodies.commit(requirements, updates)));
            if (next == null) {
                assertThat(answer.status())
                        .as("%s, and iceberg-core says %s", answer, reason)
                        .isBetween(400, 499);
            } else {
                answer.expect(200, 204);
                model.moveTo(next);
                together += commit.inTransaction() ? 1 : 0;
            }
            Tally.count(updates, next != null, ACTIONS);
            compare(answer, client, name, model);
        }
        assertThat(client.loadTable(NAMESPACE, other)
                        .expect(200)
                        .json()
                        .at("/metadata/properties/together")
                        .asInt(0))
                .as("commits of the second table, which went with the first")
                .isEqualTo(together);
    }

    private static TableMetadata create(CatalogClient client, String name, int format) {
        String body = "{'name':%s,'schema':%s,'properties':{'format-version':'%d'}}"
                .replace('\'', '"')
                .formatted(Json.value(name), CatalogClient.SCHEMA, format);
        Answer created = client.http()
                .post(client.namespace(NAMESPACE) + "/tables", body)
                .expect(200);
        return TableMetadataParser.fromJson(
                created.json().get("metadata-location").asText(),
                created.json().get("metadata").toString());
    }

    /** One that holds, or one that does not. */
    private static String requirement(Commit commit, TableMetadata table) {
        Dice dice = new Dice(commit.updates().get(0).seed());
        int off = dice.oneIn(4) ? 1 : 0;
        Map<String, ?> requirement = switch (dice.between(0, 4)) {
            case 0 ->
                Map.of(
                        "type",
                        "assert-table-uuid",
                        "uuid",
                        off == 0 ? table.uuid() : "00000000-0000-0000-0000-000000000000");
            case 1 -> Map.of("type", "assert-current-schema-id", "current-schema-id", table.currentSchemaId() + off);
            case 2 ->
                Map.of("type", "assert-last-assigned-field-id", "last-assigned-field-id", table.lastColumnId() + off);
            case 3 -> Map.of("type", "assert-default-spec-id", "default-spec-id", table.defaultSpecId() + off);
            default ->
                Map.of(
                        "type",
                        "assert-default-sort-order-id",
                        "default-sort-order-id",
                        table.defaultSortOrderId() + off);
        };
        return Json.value(requirement).toString();
    }

    private static Answer transact(
            CatalogClient client,
            String name,
            String other,
            int together,
            List<String> requirements,
            List<String> updates) {
        List<JsonNode> changes = new ArrayList<>();
        changes.add(Changes.set(NAMESPACE, other, "together", String.valueOf(together + 1)));
        changes.add(Changes.on(
                NAMESPACE,
                name,
                requirements.stream().map(Json::parse).toList(),
                updates.stream().map(Json::parse).toList()));
        return client.transact(changes);
    }

    private static void compare(Answer after, CatalogClient client, String name, TableModel model) throws Exception {
        JsonNode loaded = client.loadTable(NAMESPACE, name).expect(200).json();
        Difference.ofTables(after.toString(), loaded.get("metadata"), model.json());
        JsonNode file = server.metadataFile(loaded.get("metadata-location").asText());
        assertThat(file).as("%s, the file", after).isEqualTo(loaded.get("metadata"));
        TableMetadata parsed = TableMetadataParser.fromJson(file);
        Difference.ofTables(after + ", read again", Json.parse(TableMetadataParser.toJson(parsed)), model.json());
    }
}
