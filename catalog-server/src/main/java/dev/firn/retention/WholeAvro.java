package dev.firn.retention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Whether an Avro file is all there: its readers take one that was cut off for a shorter one. Each block of it ends with the marker that its head ends with. */
final class WholeAvro {
    private WholeAvro() {}

    /**
     * Does nothing if a file is all there, as far as its end tells.
     *
     * @throws org.apache.iceberg.exceptions.NotFoundException if there is none
     * @throws UncheckedIOException if it was cut off, is no Avro file, or cannot be read
     */
    static void require(InputFile file) {
        long length = file.getLength();
        try (Input input = new Input(file.newStream(), length);
                DataFileReader<GenericRecord> reader = new DataFileReader<>(input, new GenericDatumReader<>())) {
            byte[] marker = marker(input, reader.previousSync());
            if (!Arrays.equals(marker, marker(input, length))) {
                throw new IOException("it was cut off");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file.location() + ": " + e.getMessage(), e);
        }
    }

    private static byte[] marker(Input input, long end) throws IOException {
        byte[] marker = new byte[DataFileConstants.SYNC_SIZE];
        input.seek(end - marker.length);
        int read = 0;
        while (read < marker.length) {
            int more = input.read(marker, read, marker.length - read);
            if (more < 0) {
                throw new IOException("it was cut off");
            }
            read += more;
        }
        return marker;
    }

    /** A file as Avro wants it. */
    private record Input(SeekableInputStream stream, long length) implements SeekableInput {
        @Override
        public void seek(long position) throws IOException {
            stream.seek(position);
        }

        @Override
        public long tell() throws IOException {
            return stream.getPos();
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            return stream.read(into, offset, count);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
