package dev.firn.conformance.port.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk does wrong from now on. One page of a file that the library has mapped: rules as text, and at its end how far the clock is off. */
public final class Faults {
    /** No space left on the device. */
    public static final int NO_SPACE = 28;
    /** Too many open files. */
    public static final int NO_DESCRIPTORS = 24;
    /** Input/output error. */
    public static final int BROKEN = 5;
    /** Read-only file system. */
    public static final int READ_ONLY = 30;
    /** Half of a long write succeeds, what is left does not: a disk that is getting full. */
    public static final int SHORT = 1000;

    /** A read or a sync waits as long as this is so: a disk that does not answer. */
    public static final int NO_ANSWER = 1001;

    private static final int RULES = 4088;

    private final Path page;

    Faults(Path page) throws IOException {
        this.page = page;
        Files.write(page, new byte[RULES + Long.BYTES]);
    }

    Path page() {
        return page;
    }

    /**
     * Calls of a kind fail with this error.
     *
     * @param call "open" (for writing), "create", "read", "write", "sync", "syncfs", "rename", "remove" or "times" (to set them)
     * @param part a text in the paths that are meant; with a dollar sign behind it, their end
     */
    public void fail(String call, int error, String part) {
        fail(call, error, part, 100);
    }

    /** The same, but only so many times in a hundred. */
    public void fail(String call, int error, String part, int percent) {
        rules("%s %d %s %d\n".formatted(call, error, part, percent));
    }

    /** Everything that changes a file whose path has this text in it fails with this error. */
    public void failAll(int error, String part) {
        rules("open %1$d %2$s\ncreate %1$d %2$s\nwrite %1$d %2$s\n".formatted(error, part));
    }

    /** Syncs of paths with this text in them are said to have happened and have not. */
    public void lie(String part) {
        rules("lie 1 " + part + "\n");
    }

    /** The disk is whole again. */
    public void none() {
        rules("");
    }

    /** The server's clock is off by this much. */
    public void shiftClock(Duration shift) {
        write(
                RULES,
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(shift.toMillis())
                        .flip());
    }

    private void rules(String rules) {
        byte[] text = rules.getBytes(StandardCharsets.UTF_8);
        write(0, ByteBuffer.allocate(RULES).put(text).rewind());
    }

    private void write(long position, ByteBuffer bytes) {
        try (FileChannel channel = FileChannel.open(page, StandardOpenOption.WRITE)) {
            channel.write(bytes, position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
