package dev.firn.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Reads what manifests and lists of manifests name. Only names and what tells new ones from old ones is made into objects, one row at a time: statistics of columns are most of a manifest. */
final class ManifestRows {
    private static final Set<String> FIELDS =
            Set.of("manifest_path", "added_snapshot_id", "status", "data_file", "file_path");

    /** The status of a file that the manifest's snapshot added. */
    private static final int ADDED = 1;

    private ManifestRows() {}

    /**
     * The manifests in a list that a snapshot added.
     *
     * @throws IOException if it cannot be read
     */
    static void newManifests(InputStream list, long snapshot, Consumer<String> each) throws IOException {
        forEach(list, row -> isNew(row, snapshot) ? path(row, "manifest_path") : null, each);
    }

    private static boolean isNew(GenericRecord row, long snapshot) {
        Object added = row.hasField("added_snapshot_id") ? row.get("added_snapshot_id") : null;
        // Format version 1 need not say it.
        return added == null || added.equals(snapshot);
    }

    /**
     * The data and delete files that a manifest adds.
     *
     * @throws IOException if it cannot be read
     */
    static void addedFiles(InputStream manifest, Consumer<String> each) throws IOException {
        forEach(
                manifest,
                row -> Objects.equals(row.get("status"), ADDED)
                        ? path((GenericRecord) row.get("data_file"), "file_path")
                        : null,
                each);
    }

    private static String path(GenericRecord row, String field) {
        return row.get(field).toString();
    }

    /** {@code name} gives null for rows that are passed over. */
    private static void forEach(
            InputStream content, Function<GenericRecord, @Nullable String> name, Consumer<String> each)
            throws IOException {
        GenericDatumReader<GenericRecord> rows = new GenericDatumReader<>();
        try (DataFileStream<GenericRecord> file = reading(() -> new DataFileStream<>(content, rows))) {
            Schema needed = reading(() -> needed(file.getSchema()));
            rows.setExpected(needed);
            while (reading(file::hasNext)) {
                String found = reading(() -> name.apply(file.next()));
                if (found != null) {
                    each.accept(found);
                }
            }
        }
    }

    private interface Reading<T extends @Nullable Object> {
        T get() throws IOException;
    }

    /** A file that is damaged, of another form, or compressed in a way that is not known here fails in any way, also with an index or a number that Avro does not look at. */
    private static <T extends @Nullable Object> T reading(Reading<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (RuntimeException | LinkageError e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Schema needed(Schema record) {
        List<Schema.Field> fields = record.getFields().stream()
                .filter(field -> FIELDS.contains(field.name()))
                .map(field -> new Schema.Field(
                        field,
                        field.schema().getType() == Schema.Type.RECORD ? needed(field.schema()) : field.schema()))
                .toList();
        return Schema.createRecord(record.getName(), record.getDoc(), record.getNamespace(), false, fields);
    }
}
