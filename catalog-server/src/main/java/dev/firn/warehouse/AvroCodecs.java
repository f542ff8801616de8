package dev.firn.warehouse;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.apache.avro.SystemLimitException;
import org.apache.avro.file.Codec;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.util.NonCopyingByteArrayOutputStream;

/**
 * Lets Avro read what engines compress with Zstandard or Snappy, as a table's {@code write.manifest.compression-codec} has it for its manifests. Avro itself would need native libraries for it; this is done by
 * what reads Puffin files. Nothing is written so.
 */
public final class AvroCodecs {
    static {
        add("zstandard", AvroCodecs::zstandard);
        add("snappy", AvroCodecs::snappy);
    }

    private AvroCodecs() {}

    /** To be called before Avro files are read. */
    public static void prepare() {
        // What is to be done is done once, when this class is first used.
    }

    private interface Decompression {
        ByteBuffer of(byte[] block, int offset, int length) throws IOException;
    }

    private static ByteBuffer zstandard(byte[] block, int offset, int length) throws IOException {
        try (InputStream content = new ZstdInputStream(new ByteArrayInputStream(block, offset, length))) {
            // Not more than Avro itself allows: a small block can hold a very large one.
            NonCopyingByteArrayOutputStream all = NonCopyingByteArrayOutputStream.capacityLimitedOutputStream(length);
            content.transferTo(all);
            return all.asByteBuffer();
        }
    }

    /** Behind the content there is a check of it. */
    private static ByteBuffer snappy(byte[] block, int offset, int length) throws IOException {
        int end = length - Integer.BYTES;
        int uncompressed = SnappyDecompressor.getUncompressedLength(block, offset);
        if (uncompressed > SystemLimitException.MAX_DECOMPRESS_LENGTH) {
            throw new IOException("a block of it holds too much: " + uncompressed + " bytes");
        }
        byte[] content = new byte[uncompressed];
        new SnappyDecompressor().decompress(block, offset, end, content, 0, content.length);
        CRC32 check = new CRC32();
        check.update(content);
        if ((int) check.getValue() != ByteBuffer.wrap(block, offset, length).getInt(offset + end)) {
            throw new IOException("it is not what was written");
        }
        return ByteBuffer.wrap(content);
    }

    private static void add(String name, Decompression decompression) {
        CodecFactory.addCodec(name, new CodecFactory() {
            @Override
            protected Codec createInstance() {
                return new Reading(name, decompression);
            }
        });
    }

    private static final class Reading extends Codec {
        private final String name;
        private final Decompression decompression;

        Reading(String name, Decompression decompression) {
            this.name = name;
            this.decompression = decompression;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public ByteBuffer compress(ByteBuffer content) throws IOException {
            throw new IOException("Nothing is written with " + name);
        }

        @Override
        public ByteBuffer decompress(ByteBuffer block) throws IOException {
            try {
                return decompression.of(block.array(), computeOffset(block), block.remaining());
            } catch (MalformedInputException | IndexOutOfBoundsException | NegativeArraySizeException e) {
                throw new IOException("Not compressed with " + name + ": " + e.getMessage(), e);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Reading reading && reading.name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
