package dev.firn.conformance.roundtrip;

import static dev.firn.conformance.roundtrip.TableUpdates.astray;
import static dev.firn.conformance.roundtrip.TableUpdates.snapshotId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.TableMetadata;

/** Updates of snapshots, of the names of snapshots, and of the statistics of snapshots. */
final class SnapshotUpdates {
    private SnapshotUpdates() {}

    static Map<String, ?> add(TableMetadata table, Dice dice) {
        Map<String, Object> snapshot = new HashMap<>();
        snapshot.put(
                "snapshot-id", table.snapshots().isEmpty() || !astray(dice) ? dice.number() : snapshotId(table, dice));
        if (table.currentSnapshot() != null && !dice.oneIn(4)) {
            snapshot.put("parent-snapshot-id", table.currentSnapshot().snapshotId());
        }
        if (table.formatVersion() > 1) {
            snapshot.put("sequence-number", table.lastSequenceNumber() + (astray(dice) ? 0 : 1));
        }
        snapshot.put("timestamp-ms", System.currentTimeMillis() + dice.between(-2_000, 2_000));
        snapshot.put("manifest-list", table.location() + "/metadata/snap-" + dice.number() + ".avro");
        snapshot.put("summary", Map.of("operation", dice.of(List.of("append", "overwrite", "delete", "replace"))));
        snapshot.put("schema-id", table.currentSchemaId());
        if (table.formatVersion() > 2 && !astray(dice)) {
            snapshot.put("first-row-id", table.nextRowId() - (astray(dice) ? 1 : 0));
            snapshot.put("added-rows", dice.between(0, 1000));
            if (dice.oneIn(3)) {
                snapshot.put("key-id", dice.repeatedName());
            }
        }
        return Map.of("action", "add-snapshot", "snapshot", snapshot);
    }

    static Map<String, ?> setMain(TableMetadata table, Dice dice) {
        return ref(table, dice, "main", astray(dice) ? "tag" : "branch");
    }

    static Map<String, ?> setRef(TableMetadata table, Dice dice) {
        return ref(table, dice, dice.repeatedName(), dice.of(List.of("tag", "branch")));
    }

    private static Map<String, ?> ref(TableMetadata table, Dice dice, String name, String type) {
        Map<String, Object> ref = new HashMap<>();
        ref.put("action", "set-snapshot-ref");
        ref.put("ref-name", name);
        ref.put("type", type);
        ref.put("snapshot-id", snapshotId(table, dice));
        if (dice.oneIn(3)) {
            ref.put("max-ref-age-ms", dice.between(1, 1_000_000));
        }
        if (dice.oneIn(3)) {
            // Only branches have these; of tags they are refused.
            ref.put("min-snapshots-to-keep", dice.between(astray(dice) ? 0 : 1, 5));
            ref.put("max-snapshot-age-ms", dice.between(1, 1_000_000));
        }
        return ref;
    }

    static Map<String, ?> remove(TableMetadata table, Dice dice) {
        return Map.of("action", "remove-snapshots", "snapshot-ids", List.of(snapshotId(table, dice)));
    }

    static Map<String, ?> removeRef(TableMetadata table, Dice dice) {
        return Map.of("action", "remove-snapshot-ref", "ref-name", dice.oneIn(4) ? "main" : dice.repeatedName());
    }

    static Map<String, ?> setStatistics(TableMetadata table, Dice dice) {
        long snapshot = snapshotId(table, dice);
        Map<String, ?> blob = Map.of(
                "type",
                "apache-datasketches-theta-v1",
                "snapshot-id",
                snapshot,
                "sequence-number",
                1,
                "fields",
                List.of(1),
                "properties",
                Map.of("ndv", "7"));
        return Map.of(
                "action",
                "set-statistics",
                "snapshot-id",
                snapshot,
                "statistics",
                Map.of(
                        "snapshot-id", snapshot,
                        "statistics-path", table.location() + "/metadata/" + dice.between(0, 9) + ".puffin",
                        "file-size-in-bytes", dice.between(1, 1000),
                        "file-footer-size-in-bytes", dice.between(1, 100),
                        "blob-metadata", List.of(blob)));
    }

    static Map<String, ?> removeStatistics(TableMetadata table, Dice dice) {
        return Map.of("action", "remove-statistics", "snapshot-id", snapshotId(table, dice));
    }

    static Map<String, ?> setPartitionStatistics(TableMetadata table, Dice dice) {
        return Map.of(
                "action",
                "set-partition-statistics",
                "partition-statistics",
                Map.of(
                        "snapshot-id", snapshotId(table, dice),
                        "statistics-path", table.location() + "/metadata/" + dice.between(0, 9) + ".parquet",
                        "file-size-in-bytes", dice.between(1, 1000)));
    }

    static Map<String, ?> removePartitionStatistics(TableMetadata table, Dice dice) {
        return Map.of("action", "remove-partition-statistics", "snapshot-id", snapshotId(table, dice));
    }
}
