package dev.firn.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.store.Difference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableJsonTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "wärme", Types.ListType.ofOptional(3, Types.DoubleType.get())));

    private final Random random = new Random(7);
    private TableDocument document = named(TableMetadata.newTableMetadata(
            SCHEMA,
            PartitionSpec.unpartitioned(),
            "file:/warehouse/näme \"},{\" 1",
            Map.of("format-version", "2", "write.metadata.previous-versions-max", "7")));

    private int version;

    private TableDocument named(TableMetadata metadata) {
        return next(metadata, null);
    }

    private TableDocument next(TableMetadata metadata, TableDocument base) {
        TableText text = TableJson.write(metadata, base);
        assertEquals(TableMetadataParser.toJson(metadata), new String(text.json(), StandardCharsets.UTF_8));
        for (Difference.Part part : text.common()) {
            assertArrayEquals(
                    Arrays.copyOfRange(base.json(), part.from(), part.from() + part.length()),
                    Arrays.copyOfRange(text.json(), part.at(), part.at() + part.length()));
        }
        TableMetadata written = TableMetadata.buildFrom(metadata)
                .discardChanges()
                .withMetadataLocation(metadata.location() + "/metadata/" + version++ + ".metadata.json")
                .build();
        return new TableDocument(written, text, true);
    }

    private TableMetadata.Builder change() {
        return TableMetadata.buildFrom(document.metadata());
    }

    private void addSnapshot(TableMetadata.Builder builder, long id) {
        long parent = document.metadata().currentSnapshot() == null
                ? -1
                : document.metadata().currentSnapshot().snapshotId();
        String json = "{\"snapshot-id\":%d,%s\"sequence-number\":%d,\"timestamp-ms\":%d,\"schema-id\":0,"
                        .formatted(
                                id,
                                parent < 0 ? "" : "\"parent-snapshot-id\":" + parent + ",",
                                document.metadata().lastSequenceNumber() + 1,
                                document.metadata().lastUpdatedMillis() + 1)
                + "\"summary\":{\"operation\":\"append\",\"note\":\"},{\"},\"manifest-list\":\"file:/warehouse/%d.avro\"}"
                        .formatted(id);
        builder.setBranchSnapshot(SnapshotParser.fromJson(json), "main");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void writesWhatIcebergWritesAfterManyChanges(int seed) {
        random.setSeed(seed);
        for (int i = 0; i < 300; i++) {
            TableMetadata.Builder builder = change();
            switch (random.nextInt(6)) {
                case 0, 1 -> addSnapshot(builder, 1_000 + i);
                case 2 -> builder.setProperties(Map.of("key-" + random.nextInt(5), "välue" + i));
                case 3 ->
                    builder.setCurrentSchema(
                            new Schema(
                                    Types.NestedField.required(1, "id", Types.LongType.get()),
                                    Types.NestedField.optional(100 + i, "column" + i, Types.StringType.get())),
                            100 + i);
                case 4 ->
                    builder.setProperties(
                            Map.of("write.metadata.previous-versions-max", String.valueOf(1 + random.nextInt(9))));
                default ->
                    document.metadata().snapshots().stream()
                            .filter(snapshot -> snapshot != document.metadata().currentSnapshot())
                            .skip(random.nextInt(3))
                            .limit(1 + random.nextInt(3))
                            .forEach(snapshot -> builder.removeSnapshots(java.util.List.of(snapshot)));
            }
            document = next(builder.build(), document);
        }
        assertTrue(document.metadata().snapshots().size() > 10, "there were snapshots");
    }

    @Test
    void copiesMostOfALongText() {
        for (int i = 0; i < 50; i++) {
            TableMetadata.Builder builder = change();
            addSnapshot(builder, 1_000 + i);
            document = next(builder.build(), document);
        }
        document = next(change().setProperties(Map.of("key", "value")).build(), document);
        int copied = document.text().common().stream()
                .mapToInt(Difference.Part::length)
                .sum();
        assertTrue(
                copied > document.json().length * 3 / 4,
                () -> copied + " of " + document.json().length + " bytes were copied");
    }

    @Test
    void copiesFromWhatWasReadFromAFile() {
        TableMetadata read = TableMetadataParser.fromJson(
                "file:/warehouse/0.metadata.json", new String(document.json(), StandardCharsets.UTF_8));
        document = TableDocuments.document(read);
        document = next(change().setProperties(Map.of("key", "value")).build(), document);
        assertEquals(1, document.metadata().previousFiles().size());
        assertTrue(!document.text().common().isEmpty(), "the schema is copied");
    }
}
