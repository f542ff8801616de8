package dev.firn.warehouse;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Opens files that others name or put there. A pipe would keep whoever opens it waiting for ever, and with it what it holds, as the lock of a table. */
final class PlainFiles {
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

    /** Of a folder the operating system itself says that it is none. */
    private static void requirePlain(Path path) throws IOException {
        if (Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            throw new FileSystemException(path.toString(), null, "It is a pipe, a device or a socket, not a file");
        }
    }
}
