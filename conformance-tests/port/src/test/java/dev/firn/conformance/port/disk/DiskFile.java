package dev.firn.conformance.port.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file: what of it is on the disk, and what only the operating system has. */
final class DiskFile implements Node {
    private static final int SECTOR = 512;

    /** Bytes at an offset; without bytes, the file is cut or stretched to that size. */
    private record Change(long order, long offset, ByteBuffer bytes, boolean resizes) {}

    private final List<Change> waiting = new ArrayList<>();
    private byte[] content = new byte[0];
    private int size;

    /** A file that is on the disk with this content. */
    static DiskFile durable(byte[] content) {
        DiskFile file = new DiskFile();
        file.content = content.clone();
        file.size = content.length;
        return file;
    }

    void write(long order, long offset, ByteBuffer bytes) {
        waiting.add(new Change(order, offset, bytes, false));
    }

    void resize(long order, long size) {
        waiting.add(new Change(order, size, ByteBuffer.allocate(0), true));
    }

    @Override
    public void sync(long order) {
        waiting.removeIf(change -> {
            if (change.order() <= order) {
                apply(change, change.bytes().remaining());
                return true;
            }
            return false;
        });
    }

    /** A sync has failed: Linux drops what it could not write and calls it written, so that the next sync succeeds without it. */
    @Override
    public void failSync() {
        waiting.clear();
    }

    @Override
    public void loseAtRandom(Random random) {
        for (Change change : waiting) {
            int length = change.bytes().remaining();
            switch (random.nextInt(4)) {
                case 0, 1 -> apply(change, length);
                case 2 -> apply(change, random.nextInt(length / SECTOR + 1) * SECTOR);
                default -> {}
            }
        }
        waiting.clear();
    }

    @Override
    public void lose() {
        waiting.clear();
    }

    byte[] content() {
        return Arrays.copyOf(content, size);
    }

    private void apply(Change change, int length) {
        int end = (int) change.offset() + length;
        if (change.resizes() && end < size) {
            Arrays.fill(content, end, size, (byte) 0);
        }
        if (content.length < end) {
            // More than is asked for: a log grows page by page.
            content = Arrays.copyOf(content, Math.max(end, 2 * content.length));
        }
        size = change.resizes() ? end : Math.max(size, end);
        if (length > 0) {
            change.bytes().duplicate().get(content, (int) change.offset(), length);
        }
    }
}
