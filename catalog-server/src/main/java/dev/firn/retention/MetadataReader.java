package dev.firn.retention;

import dev.firn.warehouse.FileStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.NotFoundException;

/** Reads metadata files of tables once, past the caches: what is read to be deleted is read by nobody else. */
public final class MetadataReader {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final FileStore files;

    /** Of this warehouse. */
    public MetadataReader(FileStore files) {
        this.files = files;
    }

    /**
     * The metadata in a file.
     *
     * @throws NotFoundException if there is no such file, although there are others in the folder that was allowed
     * @throws RuntimeException if it cannot be read or is no metadata of a table
     */
    public TableMetadata read(String location) {
        try {
            return TableMetadataParser.fromJson(location, text(files.read(location)));
        } catch (NotFoundException e) {
            if (files.isAway(location)) {
                throw new IllegalStateException(
                        e.getMessage() + ", and neither does anything else there: is its disk mounted?", e);
            }
            throw e;
        }
    }

    /** The text of a metadata file. Throws {@link UncheckedIOException} if it is compressed and cannot be decompressed. */
    static String text(byte[] content) {
        boolean compressed =
                content.length > 2 && (content[0] & 0xff) == GZIP_FIRST && (content[1] & 0xff) == GZIP_SECOND;
        return new String(compressed ? gunzip(content) : content, StandardCharsets.UTF_8);
    }

    private static byte[] gunzip(byte[] content) {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
