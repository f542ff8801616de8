package dev.firn.catalog;

import dev.firn.warehouse.AvroCodecs;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** Reads what manifests and lists of manifests name. Only names and what tells new ones from old ones is made into objects, one row at a time: statistics of columns are most of a manifest. */
final class ManifestRows {
    static {
        AvroCodecs.prepare();
    }

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
        forEach(list, row -> {
            Object added = row.hasField("added_snapshot_id") ? row.get("added_snapshot_id") : null;
            // Format version 1 need not say it.
            if (added == null || added.equals(snapshot)) {
                each.accept(path(row, "manifest_path"));
            }
        });
    }

    /**
     * The data and delete files that a manifest adds.
     *
     * @throws IOException if it cannot be read
     */
    static void addedFiles(InputStream manifest, Consumer<String> each) throws IOException {
        forEach(manifest, row -> {
            if (Objects.equals(row.get("status"), ADDED)) {
                each.accept(path((GenericRecord) row.get("data_file"), "file_path"));
            }
        });
    }

    private static String path(GenericRecord row, String field) {
        return row.get(field).toString();
    }

    private static void forEach(InputStream content, Consumer<GenericRecord> each) throws IOException {
        GenericDatumReader<GenericRecord> rows = new GenericDatumReader<>();
        try (DataFileStream<GenericRecord> file = new DataFileStream<>(content, rows)) {
            rows.setExpected(needed(file.getSchema()));
            while (file.hasNext()) {
                each.accept(file.next());
            }
        } catch (AvroRuntimeException | ClassCastException | NullPointerException | LinkageError e) {
            // Of another form, or compressed in a way that is not known here.
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
