package dev.firn.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.warehouse.Warehouse;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Makes the present state of a table say what an earlier one said: schema, partitioning, sort order, properties, location, encryption keys, branches and tags.
 *
 * <p>It is a new state on top of the present one, not the old file again, because much of a table may only grow. Sequence numbers tell deletes which files
 * they apply to, and identifiers of columns and rows are never given twice; an old file would have them given again for what engines write next. The snapshots
 * that came since stay, as after a rollback in an engine, so that they can be read and are expired in their time, instead of being files that nobody knows.
 */
final class TableAsThen {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Lists in the metadata whose elements have a number, and the name of that. */
    private static final String[][] NUMBERED = {{"partition-specs", "spec-id"}, {"sort-orders", "order-id"}};

    private static final String SCHEMA_ID = "schema-id";

    private final TableDocument present;
    private final TableDocument then;
    private final Warehouse warehouse;

    /** Of two states of a table, with files in this warehouse and perhaps elsewhere. */
    TableAsThen(TableDocument present, TableDocument then, Warehouse warehouse) {
        this.present = present;
        this.then = then;
        this.warehouse = warehouse;
    }

    /**
     * The new state; that of {@code present} itself if it says already what the other one said.
     *
     * @throws NotFoundException if files of that state are gone
     */
    TableMetadata metadata() {
        TableMetadata base = withWhatIsMissing();
        TableMetadata old = then.metadata();
        requireCurrent(base, old);
        TableMetadata.Builder builder = UpdateTime.buildFrom(base)
                .setCurrentSchema(old.schema(), Math.max(base.lastColumnId(), old.lastColumnId()))
                .setDefaultPartitionSpec(old.spec())
                .setDefaultSortOrder(old.sortOrder())
                .setLocation(old.location());
        Set<String> added = new HashSet<>(base.properties().keySet());
        added.removeAll(old.properties().keySet());
        builder.removeProperties(added);
        // Snapshots alone that come back are no change to the builder, which would not name the file before.
        if (base != present.metadata()
                || !base.properties().entrySet().containsAll(old.properties().entrySet())) {
            builder.setProperties(old.properties());
        }
        // Those that came since stay, as snapshots do that need them.
        old.encryptionKeys().forEach(builder::addEncryptionKey);
        base.refs().keySet().stream()
                .filter(name -> !old.refs().containsKey(name))
                .forEach(builder::removeRef);
        old.refs().forEach((name, ref) -> {
            // A tag or branch whose snapshot has expired since cannot come back; the main branch was looked at before.
            if (base.snapshot(ref.snapshotId()) != null
                    && !ref.equals(base.refs().get(name))) {
                builder.setRef(name, ref);
            }
        });
        return builder.build();
    }

    private void requireCurrent(TableMetadata base, TableMetadata old) {
        Snapshot snapshot = old.currentSnapshot();
        if (snapshot != null && (base.snapshot(snapshot.snapshotId()) == null || isGone(snapshot))) {
            throw new NotFoundException(
                    "Snapshot %s, which was the current one then, has expired since, and its files are gone: %s",
                    snapshot.snapshotId(), snapshot.manifestListLocation());
        }
    }

    private boolean isGone(Snapshot snapshot) {
        String manifests = snapshot.manifestListLocation();
        return manifests != null && warehouse.isGone(manifests);
    }

    private boolean isThere(Snapshot snapshot) {
        String manifests = snapshot.manifestListLocation();
        return manifests == null || warehouse.exists(manifests);
    }

    /** The present state with the snapshots that were taken from it since, if their files are still there, and with what these refer to. */
    private TableMetadata withWhatIsMissing() {
        Set<Long> lost = new HashSet<>();
        for (Snapshot snapshot : then.metadata().snapshots()) {
            if (present.metadata().snapshot(snapshot.snapshotId()) == null && isThere(snapshot)) {
                lost.add(snapshot.snapshotId());
            }
        }
        if (lost.isEmpty()) {
            return present.metadata();
        }
        requireSameSpecs();
        ObjectNode json = tree(present);
        ObjectNode old = tree(then);
        Map<Integer, Integer> schemas = addSchemas(json.withArray("schemas"), old.path("schemas"));
        for (JsonNode snapshot : old.path("snapshots")) {
            if (lost.contains(snapshot.path("snapshot-id").asLong())) {
                int schema = snapshot.path(SCHEMA_ID).asInt();
                if (snapshot.has(SCHEMA_ID) && schemas.containsKey(schema)) {
                    ((ObjectNode) snapshot).put(SCHEMA_ID, schemas.get(schema));
                }
                json.withArray("snapshots").add(snapshot);
            }
        }
        for (String[] list : NUMBERED) {
            addMissing(json.withArray(list[0]), old.path(list[0]), list[1]);
        }
        try {
            return TableMetadataParser.fromJson(present.metadata().metadataFileLocation(), json);
        } catch (ValidationException | IllegalArgumentException e) {
            throw new BadRequestException(
                    e, "The partition specs of then do not fit the present schema: %s", e.getMessage());
        }
    }

    /**
     * Adds schemas that are not there: under another number if theirs was given again since they were removed, or if the same schema has another.
     *
     * @return the numbers that they have now, by those that they had
     */
    private static Map<Integer, Integer> addSchemas(ArrayNode list, JsonNode old) {
        Map<JsonNode, Integer> known = new HashMap<>();
        Set<Integer> taken = new HashSet<>();
        for (JsonNode schema : list) {
            int number = schema.path(SCHEMA_ID).asInt();
            known.putIfAbsent(withoutNumber(schema), number);
            taken.add(number);
        }
        Map<Integer, Integer> numbers = new HashMap<>();
        for (JsonNode schema : old) {
            int number = schema.path(SCHEMA_ID).asInt();
            Integer same = known.get(withoutNumber(schema));
            if (same == null) {
                same = taken.add(number) ? number : Collections.max(taken) + 1;
                taken.add(same);
                list.add(withoutNumber(schema).put(SCHEMA_ID, same));
            }
            numbers.put(number, same);
        }
        return numbers;
    }

    private static ObjectNode withoutNumber(JsonNode schema) {
        return ((ObjectNode) schema.deepCopy()).without(SCHEMA_ID);
    }

    /** The manifests of a snapshot name the partitioning by its number, which may have been given again. */
    private void requireSameSpecs() {
        for (PartitionSpec spec : then.metadata().specs()) {
            PartitionSpec known = present.metadata().spec(spec.specId());
            if (known != null && !known.equals(spec)) {
                throw new NotFoundException(
                        "Partition spec %s was removed since and its number given to another", spec.specId());
            }
        }
    }

    private static void addMissing(ArrayNode list, JsonNode old, String number) {
        Set<Integer> known = new HashSet<>();
        list.forEach(element -> known.add(element.path(number).asInt()));
        for (JsonNode element : old) {
            if (known.add(element.path(number).asInt())) {
                list.add(element);
            }
        }
    }

    private static ObjectNode tree(TableDocument document) {
        try {
            return (ObjectNode) Objects.requireNonNull(JSON.readTree(document.json()));
        } catch (IOException e) {
            throw new IllegalStateException("Metadata that was parsed is no JSON", e);
        }
    }
}
