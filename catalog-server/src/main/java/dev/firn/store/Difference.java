package dev.firn.store;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How the bytes of a file are made from those of another: the length and checksum of what comes out, then in turn a piece of its own, with its length before
 * it, and a part of the other, as offset and length. All numbers have four bytes, the highest first.
 */
public final class Difference {
    private static final int HEAD = 2 * Integer.BYTES;

    private Difference() {}

    /**
     * A part that both have.
     *
     * @param from where it begins in the other, in bytes
     * @param at where it begins here
     * @param length how many bytes
     */
    public record Part(int from, int at, int length) {}

    /** The difference of {@code content} from another, with which it has these parts in common, in the order in which they stand in {@code content}. */
    public static byte[] of(byte[] content, List<Part> common) {
        int own = content.length - common.stream().mapToInt(Part::length).sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(own + HEAD + (common.size() + 1) * 3 * Integer.BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(content.length);
            out.writeInt(checksum(content));
            int end = 0;
            for (Part part : common) {
                out.writeInt(part.at() - end);
                out.write(content, end, part.at() - end);
                out.writeInt(part.from());
                out.writeInt(part.length());
                end = part.at() + part.length();
            }
            out.writeInt(content.length - end);
            out.write(content, end, content.length - end);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Whether these bytes are what comes out. */
    static boolean makes(byte[] difference, byte[] content) {
        ByteBuffer head = ByteBuffer.wrap(difference);
        return head.getInt() == content.length && head.getInt() == checksum(content);
    }

    /**
     * What comes out of another.
     *
     * @throws IllegalStateException if it is not what it was made for
     */
    static byte[] apply(byte[] other, byte[] difference) {
        ByteBuffer in = ByteBuffer.wrap(difference);
        int length = in.getInt();
        in.getInt();
        ByteBuffer out = ByteBuffer.allocate(length);
        if (!fill(out, other, in) || !makes(difference, out.array())) {
            throw new IllegalStateException("The file that this one differs from is not the one it was made from");
        }
        return out.array();
    }

    private static boolean fill(ByteBuffer out, byte[] other, ByteBuffer in) {
        while (true) {
            int own = in.getInt();
            out.put(in.slice().limit(own));
            in.position(in.position() + own);
            if (!in.hasRemaining()) {
                return true;
            }
            int from = in.getInt();
            int length = in.getInt();
            if (from + length > other.length) {
                return false;
            }
            out.put(other, from, length);
        }
    }

    private static int checksum(byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return (int) checksum.getValue();
    }
}
