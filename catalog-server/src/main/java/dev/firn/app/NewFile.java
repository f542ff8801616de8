package dev.firn.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A file that a command writes: there is the whole of it, durable, or none. Only its owner can read it.
 *
 * @param path where it is to be
 * @param mayReplace whether one that is there may go
 */
record NewFile(Path path, boolean mayReplace) {
    private static final int BUFFER = 1024 * 1024;

    /** A copy of the state may hold the secrets of webhooks. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Throws {@link CommandException} if there is something that may not go. */
    void requireAbsent() {
        if (Files.isDirectory(path)) {
            throw new CommandException(path + " is a folder");
        }
        if (!Files.exists(path)) {
            if (Files.isSymbolicLink(path)) {
                throw new CommandException(path + " is a link to nothing");
            }
            return;
        }
        if (!Files.isRegularFile(path)) {
            throw new CommandException(path + " is a pipe, a device or a socket, not a file");
        }
        if (!mayReplace) {
            throw new CommandException(path + " is there already; --force writes over it");
        }
    }

    /**
     * Writes it from a stream. Where a link is, the file that it leads to is replaced, and the link stays.
     *
     * @param length how many bytes have to come; negative if that is not known
     * @return how many came
     * @throws CommandException if not all came, or it cannot be written; then nothing is there that was not before
     */
    long write(InputStream content, long length) {
        Path target = target();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            long written = copy(content, temporary);
            if (length >= 0 && written != length) {
                throw new IOException("only " + written + " of " + length + " bytes came");
            }
            requireAbsent();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(target);
            return written;
        } catch (IOException e) {
            throw new CommandException("cannot write " + path + ": " + DataFolder.reason(e), e);
        } finally {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // It is of no use, and has a name that says so.
                temporary.toFile().deleteOnExit();
            }
        }
    }

    private Path target() {
        try {
            return Files.isSymbolicLink(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw new CommandException("cannot write " + path + ": " + DataFolder.reason(e), e);
        }
    }

    private static long copy(InputStream content, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    written += channel.write(bytes);
                }
            }
            channel.force(true);
        }
        return written;
    }

    private static void syncFolder(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
