package dev.firn.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.junit.jupiter.api.Test;

/** What is left of a manifest, whatever happened to it. */
class NamedPathsTest {
    private static final Schema FILE =
            SchemaBuilder.record("r2").fields().requiredString("file_path").endRecord();
    private static final Schema MANIFEST = SchemaBuilder.record("manifest_entry")
            .fields()
            .name("data_file")
            .type(FILE)
            .noDefault()
            .endRecord();
    private static final Schema LIST = SchemaBuilder.record("manifest_file")
            .fields()
            .requiredString("manifest_path")
            .endRecord();

    private final List<String> manifests = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();

    /** So many rows, each in a block of its own. */
    private static byte[] avro(Schema schema, int rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.setCodec(CodecFactory.deflateCodec(1));
            writer.create(schema, bytes);
            for (int i = 0; i < rows; i++) {
                GenericRecord row = new GenericData.Record(schema);
                if (schema == LIST) {
                    row.put("manifest_path", "m" + i);
                } else {
                    GenericRecord file = new GenericData.Record(FILE);
                    file.put("file_path", "f" + i);
                    row.put("data_file", file);
                }
                writer.append(row);
                writer.sync();
            }
        }
        return bytes.toByteArray();
    }

    private NamedPaths.State read(byte[] content) {
        manifests.clear();
        contents.clear();
        return NamedPaths.read(content, manifests::add, contents::add);
    }

    private static boolean isWhole(byte[] content) {
        try {
            WholeAvro.require(new InMemoryInputFile(content));
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void wholeOnes() throws IOException {
        assertThat(read(avro(MANIFEST, 3))).isEqualTo(NamedPaths.State.WHOLE);
        assertThat(contents).containsExactly("f0", "f1", "f2");
        assertThat(manifests).isEmpty();
        assertThat(read(avro(LIST, 2))).isEqualTo(NamedPaths.State.WHOLE);
        assertThat(manifests).containsExactly("m0", "m1");
        assertThat(read(avro(MANIFEST, 0))).isEqualTo(NamedPaths.State.WHOLE);
        assertThat(isWhole(avro(MANIFEST, 0))).isTrue();
        assertThat(isWhole(avro(MANIFEST, 3))).isTrue();
    }

    /** All lengths but those at which a block ends: there nothing can tell. */
    @Test
    void whatWasCutOffIsDamaged() throws IOException {
        byte[] content = avro(MANIFEST, 3);
        List<Integer> taken = new ArrayList<>();
        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            NamedPaths.State state = read(cut);
            assertThat(isWhole(cut)).as("%d bytes", length).isEqualTo(state == NamedPaths.State.WHOLE);
            if (state != NamedPaths.State.DAMAGED) {
                taken.add(length);
            }
        }
        assertThat(taken).hasSize(3);
        read(Arrays.copyOf(content, content.length - 1));
        assertThat(contents).containsExactly("f0", "f1");
    }

    @Test
    void aDamagedBlockHidesWhatComesAfterIt() throws IOException {
        byte[] content = avro(MANIFEST, 3);
        content[content.length - 1] ^= 1;
        assertThat(read(content)).isEqualTo(NamedPaths.State.DAMAGED);
        assertThat(contents).contains("f0", "f1");
        assertThat(read("damaged".getBytes(StandardCharsets.US_ASCII))).isEqualTo(NamedPaths.State.DAMAGED);
    }

    @Test
    void whatOthersMayReadIsNotCalledDamaged() throws IOException {
        String text = new String(avro(MANIFEST, 1), StandardCharsets.ISO_8859_1);
        byte[] otherCodec = text.replace("deflate", "squeeze").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(read(otherCodec)).isEqualTo(NamedPaths.State.UNKNOWN);
        for (String format : List.of("AGS1…", "PAR1…", "ORC…")) {
            assertThat(read(format.getBytes(StandardCharsets.UTF_8))).isEqualTo(NamedPaths.State.UNKNOWN);
        }
        Schema other =
                SchemaBuilder.record("other").fields().requiredString("x").endRecord();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(other))) {
            writer.create(other, bytes);
            GenericRecord row = new GenericData.Record(other);
            row.put("x", "y");
            writer.append(row);
        }
        assertThat(read(bytes.toByteArray())).isEqualTo(NamedPaths.State.UNKNOWN);
    }
}
