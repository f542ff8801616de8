package dev.firn.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the state keeps of a file until it is safe: all its bytes, or how they differ from those of another file, which most often is all but the same.
 *
 * @param base the location of the other file, which is safe, or kept since before this one; null if these are all bytes
 * @param bytes all bytes, or what {@link Difference} made; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and a commit must not copy its metadata.
public record KeptContent(@Nullable String base, byte[] bytes) {
    /** Of a file by itself. */
    public static KeptContent whole(byte[] bytes) {
        return new KeptContent(null, bytes);
    }

    /** Whether a file has this content. */
    public boolean isThatOf(byte[] file) {
        return base == null ? java.util.Arrays.equals(bytes, file) : Difference.makes(bytes, file);
    }

    /**
     * All bytes of the file.
     *
     * @param files reads the file at a location
     * @throws IllegalStateException if the other file has changed; also what {@code files} throws
     */
    public byte[] all(Function<String, byte[]> files) {
        return base == null ? bytes : Difference.apply(files.apply(base), bytes);
    }
}
