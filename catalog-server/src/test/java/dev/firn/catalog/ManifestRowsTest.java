package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.warehouse.AvroCodecs;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** What of a snapshot's files is new. */
class ManifestRowsTest {
    private static final Schema LIST = SchemaBuilder.record("manifest_file")
            .fields()
            .requiredLong("manifest_length")
            .requiredString("manifest_path")
            .optionalLong("added_snapshot_id")
            .endRecord();
    private static final Schema FILE = SchemaBuilder.record("r2")
            .fields()
            .requiredInt("content")
            .requiredString("file_path")
            .requiredBytes("bounds")
            .endRecord();
    private static final Schema MANIFEST = SchemaBuilder.record("manifest_entry")
            .fields()
            .requiredInt("status")
            .optionalLong("snapshot_id")
            .name("data_file")
            .type(FILE)
            .noDefault()
            .endRecord();

    private final List<String> found = new ArrayList<>();

    private static InputStream avro(Schema schema, GenericRecord... rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, bytes);
            for (GenericRecord row : rows) {
                writer.append(row);
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static GenericRecord manifest(String path, Long snapshot) {
        return new GenericRecordBuilder(LIST)
                .set("manifest_length", 7L)
                .set("manifest_path", path)
                .set("added_snapshot_id", snapshot)
                .build();
    }

    private static GenericRecord entry(int status, String path) {
        GenericRecord file = new GenericRecordBuilder(FILE)
                .set("content", 0)
                .set("file_path", path)
                .set("bounds", ByteBuffer.wrap(new byte[100]))
                .build();
        return new GenericRecordBuilder(MANIFEST)
                .set("status", status)
                .set("snapshot_id", null)
                .set("data_file", file)
                .build();
    }

    @Test
    void ofAListTheManifestsOfThisSnapshotAndThoseThatDoNotSay() throws Exception {
        InputStream list = avro(LIST, manifest("new", 5L), manifest("old", 4L), manifest("silent", null));
        ManifestRows.newManifests(list, 5, found::add);
        assertThat(found).containsExactly("new", "silent");
    }

    @Test
    void ofAListWithoutSnapshotsAll() throws Exception {
        Schema plain = SchemaBuilder.record("manifest_file")
                .fields()
                .requiredString("manifest_path")
                .endRecord();
        ManifestRows.newManifests(
                avro(
                        plain,
                        new GenericRecordBuilder(plain)
                                .set("manifest_path", "m")
                                .build()),
                5,
                found::add);
        assertThat(found).containsExactly("m");
    }

    @Test
    void ofAManifestWhatItAdds() throws Exception {
        ManifestRows.addedFiles(
                avro(MANIFEST, entry(0, "existing"), entry(1, "added"), entry(2, "deleted")), found::add);
        assertThat(found).containsExactly("added");
    }

    @Test
    void whatIsNoneOfBothCannotBeRead() throws Exception {
        InputStream text = new ByteArrayInputStream("no Avro at all".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ManifestRows.newManifests(text, 5, found::add)).isInstanceOf(IOException.class);
        InputStream list = avro(LIST, manifest("new", 5L));
        assertThatThrownBy(() -> ManifestRows.addedFiles(list, found::add)).isInstanceOf(IOException.class);
        InputStream manifest = avro(MANIFEST, entry(1, "added"));
        assertThatThrownBy(() -> ManifestRows.newManifests(manifest, 5, found::add))
                .isInstanceOf(IOException.class);
        assertThat(found).isEmpty();
    }

    @Test
    void whatWasCutOffCannotBeRead() throws Exception {
        byte[] whole = avro(MANIFEST, entry(1, "added")).readAllBytes();
        InputStream torn = new ByteArrayInputStream(whole, 0, whole.length - 20);
        assertThatThrownBy(() -> ManifestRows.addedFiles(torn, found::add)).isInstanceOf(IOException.class);
    }

    /** Whichever byte is another: it is read, or cannot be, and nothing else happens. */
    @Test
    void whatIsDamagedCannotBeRead() throws Exception {
        byte[] whole = avro(MANIFEST, entry(1, "added"), entry(0, "existing")).readAllBytes();
        int refused = 0;
        for (int position = 0; position < whole.length; position++) {
            for (int value : new int[] {0, 1, 0x42, 0x7f, 0x80, 0xff}) {
                byte[] damaged = whole.clone();
                damaged[position] = (byte) value;
                try {
                    ManifestRows.addedFiles(new ByteArrayInputStream(damaged), found::add);
                } catch (IOException e) {
                    refused++;
                }
            }
        }
        assertThat(found).contains("added");
        assertThat(refused).isPositive();
    }

    /** A small file whose only block is 256 MB of nothing, as nobody writes it. */
    @Test
    void whatHoldsTooMuchCannotBeRead() throws Exception {
        AvroCodecs.prepare();
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        try (ZstdOutputStream compressed = new ZstdOutputStream(block)) {
            for (int part = 0; part < 256; part++) {
                compressed.write(new byte[1024 * 1024]);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[] {'O', 'b', 'j', 1});
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(file, null);
        encoder.writeMapStart();
        encoder.setItemCount(2);
        encoder.startItem();
        encoder.writeString("avro.schema");
        encoder.writeBytes(MANIFEST.toString().getBytes(StandardCharsets.UTF_8));
        encoder.startItem();
        encoder.writeString("avro.codec");
        encoder.writeBytes("zstandard".getBytes(StandardCharsets.UTF_8));
        encoder.writeMapEnd();
        encoder.writeFixed(new byte[16]);
        encoder.writeLong(1);
        encoder.writeBytes(block.toByteArray());
        encoder.writeFixed(new byte[16]);
        assertThatThrownBy(() -> ManifestRows.addedFiles(new ByteArrayInputStream(file.toByteArray()), found::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exceed");
    }
}
