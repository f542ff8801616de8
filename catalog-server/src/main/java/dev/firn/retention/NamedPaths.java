package dev.firn.retention;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * The paths that a manifest, or a list of manifests, names: as far as it can be read. Iceberg's own readers give nothing of a file that is damaged somewhere, and take one that was
 * cut off for a shorter one.
 */
final class NamedPaths {
    /** What a file is. */
    enum State {
        /** All of it could be read. */
        WHOLE,
        /** Nobody can read all of it. */
        DAMAGED,
        /** It cannot be read here, which does not mean that nobody can. */
        UNKNOWN
    }

    /** How files begin that hold manifests, or may one day, and are not for this reader: encrypted ones, Parquet, ORC. */
    private static final List<String> OTHER_FORMATS = List.of("AGS1", "PAR1", "ORC");

    private NamedPaths() {}

    /**
     * Reads the content of a file.
     *
     * @param manifests is given each path of a manifest
     * @param contents is given each path of a data or delete file
     */
    static State read(byte[] content, Consumer<String> manifests, Consumer<String> contents) {
        if (!begins(content, DataFileConstants.MAGIC)) {
            return OTHER_FORMATS.stream().anyMatch(magic -> begins(content, magic.getBytes(StandardCharsets.US_ASCII)))
                    ? State.UNKNOWN
                    : State.DAMAGED;
        }
        try (DataFileReader<GenericRecord> reader =
                new DataFileReader<>(new SeekableByteArrayInput(content), new GenericDatumReader<>())) {
            return readRows(reader, content.length, manifests, contents);
        } catch (IOException e) {
            return State.DAMAGED;
        } catch (AvroRuntimeException | LinkageError e) {
            // It may be compressed in a way that only others know.
            return State.UNKNOWN;
        }
    }

    private static State readRows(
            DataFileReader<GenericRecord> reader, int length, Consumer<String> manifests, Consumer<String> contents)
            throws IOException {
        try {
            while (reader.hasNext()) {
                GenericRecord row = reader.next();
                if (row.hasField("manifest_path")) {
                    manifests.accept(String.valueOf(row.get("manifest_path")));
                } else if (row.hasField("data_file") && row.get("data_file") instanceof GenericRecord file) {
                    contents.accept(String.valueOf(file.get("file_path")));
                } else {
                    return State.UNKNOWN;
                }
            }
        } catch (RuntimeException e) {
            return State.DAMAGED;
        }
        // A file that was cut off ends behind its last whole block, for the reader.
        return reader.previousSync() == length ? State.WHOLE : State.DAMAGED;
    }

    private static boolean begins(byte[] content, byte[] magic) {
        return content.length >= magic.length && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
    }
}
