package dev.firn.conformance.roundtrip;

import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;

/** Updates of tables as JSON: most can be applied to the table at hand, some cannot. */
final class TableUpdates {
    /** One of so many refers to something that is not there. */
    private static final int SELDOM = 12;

    private static final List<String> TRANSFORMS = List.of(
            "identity",
            "identity",
            "identity",
            "bucket[16]",
            "bucket[7]",
            "truncate[4]",
            "year",
            "month",
            "day",
            "hour",
            "void");

    private static final List<Kind> KINDS = List.of(
            (table, dice) -> Map.of("action", "assign-uuid", "uuid", new UUID(dice.number(), 7).toString()),
            (table, dice) -> Map.of("action", "upgrade-format-version", "format-version", dice.between(1, 4)),
            TableUpdates::addSchema,
            TableUpdates::addSchema,
            (table, dice) -> Map.of("action", "set-current-schema", "schema-id", schemaId(table, dice)),
            (table, dice) -> Map.of("action", "set-current-schema", "schema-id", -1),
            TableUpdates::addSpec,
            TableUpdates::addSpec,
            (table, dice) -> Map.of("action", "set-default-spec", "spec-id", specId(table, dice)),
            (table, dice) -> Map.of("action", "set-default-spec", "spec-id", -1),
            TableUpdates::addSortOrder,
            (table, dice) -> Map.of("action", "set-default-sort-order", "sort-order-id", orderId(table, dice)),
            (table, dice) -> Map.of("action", "set-default-sort-order", "sort-order-id", -1),
            SnapshotUpdates::add,
            SnapshotUpdates::add,
            SnapshotUpdates::add,
            SnapshotUpdates::setRef,
            SnapshotUpdates::setRef,
            SnapshotUpdates::setMain,
            SnapshotUpdates::setMain,
            SnapshotUpdates::remove,
            SnapshotUpdates::removeRef,
            SnapshotUpdates::setStatistics,
            SnapshotUpdates::removeStatistics,
            SnapshotUpdates::setPartitionStatistics,
            SnapshotUpdates::removePartitionStatistics,
            (table, dice) -> properties(dice),
            (table, dice) -> Map.of(
                    "action", "remove-properties", "removals", List.of(dice.repeatedName(), dice.repeatedName())),
            (table, dice) ->
                    Map.of("action", "set-location", "location", table.location() + "/moved" + dice.between(0, 3)),
            TableUpdates::addEncryptionKey,
            (table, dice) -> Map.of("action", "remove-encryption-key", "key-id", dice.repeatedName()),
            (table, dice) -> Map.of("action", "remove-partition-specs", "spec-ids", List.of(specId(table, dice))),
            (table, dice) -> Map.of("action", "remove-schemas", "schema-ids", List.of(schemaId(table, dice))));

    private TableUpdates() {}

    /** Makes an update for a table. */
    interface Kind {
        Map<String, ?> make(TableMetadata table, Dice dice);
    }

    /** How many sorts of updates there are. */
    static int kinds() {
        return KINDS.size();
    }

    /** The JSON of an update. */
    static String of(Step step, TableMetadata table) {
        return Json.value(KINDS.get(step.kind()).make(table, new Dice(step.seed())))
                .toString();
    }

    static boolean astray(Dice dice) {
        return dice.oneIn(SELDOM);
    }

    private static Map<String, ?> addSchema(TableMetadata table, Dice dice) {
        String schema = Schemas.after(table.schema(), table.lastColumnId(), table.formatVersion(), dice);
        if (astray(dice)) {
            schema = dice.of(List.of(schema.replaceFirst("\"type\":\"[a-z]+\"", "\"type\":\"nonsense\""), "{}", "7"));
        }
        return Map.of("action", "add-schema", "schema", Json.parse(schema));
    }

    private static Map<String, ?> addSpec(TableMetadata table, Dice dice) {
        List<Map<String, ?>> fields = new ArrayList<>();
        for (int i = dice.between(0, 2); i >= 0; i--) {
            fields.add(Map.of("source-id", column(table, dice), "name", dice.name(), "transform", transform(dice)));
        }
        return Map.of("action", "add-spec", "spec", Map.of("spec-id", dice.between(0, 3), "fields", fields));
    }

    private static Map<String, ?> addSortOrder(TableMetadata table, Dice dice) {
        List<Map<String, ?>> fields = new ArrayList<>();
        for (int i = dice.between(0, 2); i > 0; i--) {
            fields.add(Map.of(
                    "source-id", column(table, dice),
                    "transform", transform(dice),
                    "direction", dice.of(List.of("asc", "desc")),
                    "null-order", dice.of(List.of("nulls-first", "nulls-last"))));
        }
        int id = fields.isEmpty() ? 0 : dice.between(1, 9);
        return Map.of("action", "add-sort-order", "sort-order", Map.of("order-id", id, "fields", fields));
    }

    private static Map<String, ?> properties(Dice dice) {
        return Map.of(
                "action",
                "set-properties",
                "updates",
                Map.of(
                        dice.repeatedName(),
                        dice.name(),
                        "write.metadata.previous-versions-max",
                        String.valueOf(dice.between(1, 5)),
                        "write.metadata.compression-codec",
                        dice.of(List.of("gzip", "none")),
                        "empty",
                        ""));
    }

    private static Map<String, ?> addEncryptionKey(TableMetadata table, Dice dice) {
        return Map.of(
                "action",
                "add-encryption-key",
                "encryption-key",
                Map.of(
                        "key-id", dice.repeatedName(),
                        "encrypted-key-metadata", astray(dice) ? "not base64!" : "aWNl",
                        "encrypted-by-id", dice.name(),
                        "properties", Map.of("a", dice.name())));
    }

    private static String transform(Dice dice) {
        return astray(dice) ? dice.of(List.of("bucket[0]", "nonsense", "truncate[-1]")) : dice.of(TRANSFORMS);
    }

    private static int column(TableMetadata table, Dice dice) {
        // The first two take most transforms.
        return astray(dice) ? 10_000 : dice.between(1, dice.oneIn(2) ? 2 : Math.max(1, table.lastColumnId()));
    }

    private static int schemaId(TableMetadata table, Dice dice) {
        return astray(dice)
                ? 77
                : dice.of(table.schemas().stream().map(Schema::schemaId).toList());
    }

    private static int specId(TableMetadata table, Dice dice) {
        return astray(dice)
                ? 77
                : dice.of(table.specs().stream().map(PartitionSpec::specId).toList());
    }

    private static int orderId(TableMetadata table, Dice dice) {
        return astray(dice)
                ? 77
                : dice.of(table.sortOrders().stream().map(SortOrder::orderId).toList());
    }

    /** The id of a snapshot of the table, or one that it does not have. */
    static long snapshotId(TableMetadata table, Dice dice) {
        List<Snapshot> snapshots = table.snapshots();
        return snapshots.isEmpty() || astray(dice) ? 77 : dice.of(snapshots).snapshotId();
    }
}
