package dev.firn.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A file that a command writes: there is the whole of it, durable, or none. Only its owner can read it.
 *
 * @param path where it is to be
 * @param mayReplace whether one that is there may go
 */
record NewFile(Path path, boolean mayReplace) {
    private static final int BUFFER = 1024 * 1024;

    /** How files are named that are not whole yet. */
    private static final String PART = ".firn-backup-";

    private static final Pattern PARTS = Pattern.compile(Pattern.quote(PART) + "[0-9a-f-]{36}\\.tmp");

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
            Path folder = path.getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                throw new CommandException("cannot write " + path + ": there is no folder " + folder);
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
     * Writes it from a stream. Where a link is, the file that it leads to is replaced, and the link stays. Deletes what commands that were killed have left in the same folder.
     *
     * @param length how many bytes have to come; negative if that is not known
     * @return how many came
     * @throws CommandException if not all came, or it cannot be written; then nothing is there that was not before
     */
    long write(InputStream content, long length) {
        Path target = target();
        deleteLeft(target);
        Path temporary = target.resolveSibling(PART + UUID.randomUUID() + ".tmp");
        // Open until it has its name: with it ends the lock that says that somebody is at work on it.
        try (FileChannel channel = createLocked(temporary)) {
            long written = copy(content, channel);
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

    private static FileChannel createLocked(Path temporary) throws IOException {
        FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
        try {
            channel.lock();
        } catch (IOException e) {
            // Locks do not work there, so nobody takes it for left over either.
            return channel;
        }
        if (Files.exists(temporary)) {
            return channel;
        }
        // Another command took it for left over, in the moment before it was locked.
        channel.close();
        return createLocked(temporary);
    }

    /** Who is at work on one has a lock on it, which ends with the process. */
    private static void deleteLeft(Path target) {
        Path folder = target.getParent();
        if (folder == null) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, NewFile::isPart)) {
            for (Path part : left) {
                deleteUnlocked(part);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // They are in nobody's way: that the folder cannot be read is no reason not to write to it.
            return;
        }
    }

    private static void deleteUnlocked(Path part) {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // It is another user's, or locks do not work there: it stays.
            return;
        }
    }

    private static boolean isPart(Path file) {
        return PARTS.matcher(file.getFileName().toString()).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static long copy(InputStream content, FileChannel channel) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            while (bytes.hasRemaining()) {
                written += channel.write(bytes);
            }
        }
        channel.force(true);
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
