package dev.firn.warehouse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.exceptions.BadRequestException;

/** Looks at a file that a client names as metadata before it is read as a whole: it can be anything that lies in the warehouse, data larger than memory too. */
final class NamedMetadata {
    /** How much of the memory a file may have: to be read, parsed and printed it takes several times its size. */
    private static final int SHARE = 16;

    private static final int CHUNK = 64 * 1024;

    private NamedMetadata() {}

    /** Throws {@link BadRequestException} if it is no file, can be none or is too large. One that is missing or cannot be read is left to whoever reads it. */
    static void require(Path file, String location) {
        long most = Runtime.getRuntime().maxMemory() / SHARE;
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new BadRequestException("Not a file: %s", location);
            }
            if (Files.size(file) > most || uncompressed(file, most) > most) {
                throw new BadRequestException(
                        "Too large for metadata, it has more than %s bytes (which a larger heap would take): %s",
                        most, location);
            }
        } catch (IOException e) {
            ImpossiblePlaces.refuseFile(file, location, e);
            // Else whoever reads it says so.
        }
    }

    /** How much there is in a file that is compressed, looked at until there is more than {@code most}; 0 for any other file. */
    private static long uncompressed(Path file, long most) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (InputStream content = Files.newInputStream(file);
                GZIPInputStream stream = new GZIPInputStream(content, CHUNK)) {
            long bytes = 0;
            for (int count = stream.read(chunk); count >= 0 && bytes <= most; count = stream.read(chunk)) {
                bytes += count;
            }
            return bytes;
        }
    }
}
