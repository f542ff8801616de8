package dev.firn.conformance.port.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The log that the library writes: what a server did to files, in the order in which it happened. */
final class Log {
    private static final int HEAD = 32;

    private Log() {}

    /**
     * One call.
     *
     * @param kind one of the letters of {@code record.h}
     * @param number an offset, a size, or the ticket of a sync
     * @param path the path; of a rename or link the old one
     * @param bytes what was written; of a rename or link the new path
     */
    record Event(char kind, long inode, long number, String path, ByteBuffer bytes) {
        Path file() {
            return Path.of(path);
        }

        Path otherFile() {
            return Path.of(StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
        }
    }

    static void read(Path log, Consumer<Event> reader) throws IOException {
        if (!Files.exists(log)) {
            // Killed before it touched anything.
            return;
        }
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(log)).order(ByteOrder.nativeOrder());
        while (all.remaining() >= HEAD) {
            char kind = (char) all.getInt();
            int pathLength = all.getInt();
            int length = all.getInt();
            all.getInt();
            long inode = all.getLong();
            long number = all.getLong();
            if (all.remaining() < pathLength + length) {
                // Killed while it wrote this: the call has not returned to the server.
                return;
            }
            byte[] path = new byte[pathLength];
            all.get(path);
            ByteBuffer bytes = all.slice(all.position(), length);
            all.position(all.position() + length);
            reader.accept(new Event(kind, inode, number, new String(path, StandardCharsets.UTF_8), bytes));
        }
    }
}
