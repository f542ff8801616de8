package dev.firn.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Folders that a server writes to, and the lock that keeps a second server from the same state. */
final class DataFolder implements AutoCloseable {
    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the folder if need be, and its name durable. Throws {@link StartupException} if it cannot be made or written to. */
    static void prepare(Path folder) {
        try {
            Files.createDirectories(folder);
            syncNamesAbove(folder.toRealPath());
        } catch (IOException e) {
            throw new StartupException("cannot make the folder " + folder + ": " + reason(e), e);
        }
        if (!Files.isWritable(folder)) {
            throw new StartupException("cannot write to the folder " + folder);
        }
    }

    /**
     * Makes the names on the way to the folder durable: what is synced in a folder is lost with the name of that folder. Always, because a start before this
     * one may have made them and been killed.
     */
    private static void syncNamesAbove(Path folder) throws IOException {
        for (Path above = folder.getParent(); above != null; above = above.getParent()) {
            try (FileChannel channel = FileChannel.open(above, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (AccessDeniedException e) {
                // Who may not even read it has not made anything in it.
                return;
            }
        }
    }

    /** Locks the state until closed; the lock ends with the process. Throws {@link StartupException} if another server has it. */
    static DataFolder lock(Path database) {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StartupException(
                        "another server is running on " + database + "; stop it, or use another data folder");
            }
            return new DataFolder(channel);
        } catch (IOException e) {
            throw new StartupException("cannot lock " + file + ": " + reason(e), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** What a failure of the file system means; the class says more than the message, which is often only the path. */
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replaceAll("Exception$", "") + " " + e.getMessage();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("Cannot release the lock of the state", e);
        }
    }
}
