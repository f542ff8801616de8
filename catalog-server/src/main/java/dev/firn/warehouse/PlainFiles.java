package dev.firn.warehouse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Opens files that others name or put there. A pipe would keep whoever opens it waiting for ever, and with it what it holds, as the lock of a table. */
final class PlainFiles {
    private static final int GZIP = 0x8b1f;
    private static final int SMALLEST_GZIP = 18;

    private PlainFiles() {}

    /** Opens a file to read it. */
    static FileChannel open(Path path) throws IOException {
        requirePlain(path);
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /** All bytes of a file. */
    static byte[] read(Path path) throws IOException {
        requirePlain(path);
        return Files.readAllBytes(path);
    }

    /** How long the content of a file is: of one that is compressed with gzip what that says of it in its last four bytes. */
    static long contentLength(Path path) throws IOException {
        try (FileChannel file = open(path)) {
            long length = file.size();
            if (length < SMALLEST_GZIP || (number(file, 0) & 0xffff) != GZIP) {
                return length;
            }
            return Math.max(length, number(file, length - Integer.BYTES));
        }
    }

    private static long number(FileChannel file, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int read = file.read(bytes, position);
        return read < Integer.BYTES ? 0 : Integer.toUnsignedLong(bytes.getInt(0));
    }

    /** Of a folder the operating system itself says that it is none. */
    private static void requirePlain(Path path) throws IOException {
        if (Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            throw new FileSystemException(path.toString(), null, "It is a pipe, a device or a socket, not a file");
        }
    }
}
