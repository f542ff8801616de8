package dev.firn.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders that a server writes to, and the lock that keeps a second server from the same state. The file of the lock names the address of its holder. */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    /** How long one that starts waits for the holder of the lock to say where it listens, or to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** What is locked: far behind the text, which some systems would keep others from reading. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** Where SQLite says in the index of the log that somebody has the database open. */
    private static final long SQLITE_IN_USE = 128;

    /** Where SQLite says in the database itself that somebody has it open: by any one of so many bytes. */
    private static final long SQLITE_SHARED = 0x40000002;

    private static final long SQLITE_SHARED_BYTES = 510;

    private static final int LONGEST_ADDRESS = 1_000;

    private static final String NEW_FILES = ".new-files";

    /** How the names of the files go on that make up a state, and that a server keeps beside it. */
    private static final Set<String> PARTS = Set.of("", "-wal", "-shm", "-journal", ".lock", NEW_FILES);

    /** Those of them that are opened by who does not look what they are. */
    private static final List<String> OPENED_UNSEEN = List.of("", "-wal", "-shm", "-journal", ".lock");

    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /** Where the metadata files are noted that a server is about to make. */
    static Path journalOf(Path database) {
        return database.resolveSibling(database.getFileName() + NEW_FILES);
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

    /**
     * Looks what the parts of the state are, beside the file itself, by whatever link it is named. A pipe would keep whoever opens it waiting for ever.
     *
     * @throws StartupException if a part of the state is none that can be a file
     */
    static void requirePlainFiles(Path database) {
        Path state = real(database);
        for (String end : OPENED_UNSEEN) {
            Path file = state.resolveSibling(state.getFileName() + end);
            try {
                if (Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
                    throw new StartupException(file + " is a pipe, a device or a socket, not a file");
                }
            } catch (IOException e) {
                // It is not there, or who opens it says what is wrong.
                continue;
            }
        }
    }

    /**
     * Locks the state until closed; the lock ends with the process. Waits a while for a command that works on the state to end.
     *
     * @throws StateInUseException if another has it
     * @throws StartupException if the file of the lock cannot be used
     */
    static DataFolder lock(Path database) {
        Path file = database;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            // Beside the file itself, by whatever link it is named.
            Path real = Files.exists(database) ? database.toRealPath() : database;
            requirePlainFiles(database);
            file = real.resolveSibling(real.getFileName() + ".lock");
            if (!Files.exists(file) && isOpenElsewhere(real)) {
                throw new StartupException("another process has " + real + " open, but nobody holds its lock: was "
                        + file + " deleted under a server that runs? Stop that one first");
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            while (tryLock(channel) == null) {
                @Nullable String address = address(channel);
                if (address != null || System.nanoTime() > deadline) {
                    channel.close();
                    throw new StateInUseException(database, address);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            if (isOpenUnderAnotherName(real)) {
                channel.close();
                throw new StartupException(
                        "another process has " + real
                                + " open by another name (a hard link), where its log and its lock are different ones: stop that process, and copy the state with firn backup instead of linking it");
            }
            // What a holder wrote that was killed is not true any more.
            channel.truncate(0);
            return new DataFolder(channel);
        } catch (IOException e) {
            throw new StartupException("cannot lock " + file + ": " + reason(e), e);
        }
    }

    /** Throws {@link CommandException} if a file that is to be written is the state itself, by whatever link, or what a server keeps beside it. */
    static void requireNoPartOfTheState(Path database, Path file) {
        Path state = real(database);
        Path target = real(file);
        String name = String.valueOf(target.getFileName());
        String stateName = String.valueOf(state.getFileName());
        boolean isPart = name.startsWith(stateName) && PARTS.contains(name.substring(stateName.length()));
        if (isPart && Objects.equals(target.getParent(), state.getParent())) {
            throw new CommandException(file + " is the state itself, or what a server keeps beside it");
        }
    }

    private static Path real(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        try {
            if (Files.exists(whole)) {
                return whole.toRealPath();
            }
            Path folder = whole.getParent();
            return folder == null || !Files.exists(folder)
                    ? whole
                    : folder.toRealPath().resolve(whole.getFileName());
        } catch (IOException e) {
            throw new CommandException("cannot look at " + file + ": " + reason(e), e);
        }
    }

    /** Whether another process has the database open: each that has keeps a lock on one byte of the index of its log. To be called before this process opens it. */
    private static boolean isOpenElsewhere(Path database) throws IOException {
        Path index = database.resolveSibling(database.getFileName() + "-shm");
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.tryLock(SQLITE_IN_USE, 1, false) == null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Whether the database has a second name and is open in another process. Each name has a log and a lock of its own, so two that write by different names destroy it. To be called by the
     * holder of the lock of this name, before it opens the database.
     */
    private static boolean isOpenUnderAnotherName(Path database) throws IOException {
        if (!database.getFileSystem().supportedFileAttributeViews().contains("unix")
                || !Files.exists(database)
                || !(Files.getAttribute(database, "unix:nlink") instanceof Integer names)
                || names < 2) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(database, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.tryLock(SQLITE_SHARED, SQLITE_SHARED_BYTES, false) == null;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Where the holder of the lock listens; null if it has not said so. */
    private static @Nullable String address(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_ADDRESS);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // Until the end.
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.strip() : null;
    }

    /** Tells commands, and those who would start a second server, where this one listens. Without it the server serves all the same: a full disk is no reason not to. */
    void publish(String address) {
        try {
            channel.write(ByteBuffer.wrap((address + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            LOG.warn(
                    "Cannot write the address of the server beside the state, so commands on the folder do not find it: {}",
                    reason(e));
        }
    }

    /** What a failure of the file system means; the class says more than the message, which is often only the path. */
    static String reason(IOException e) {
        return e.getClass().getSimpleName().replaceAll("Exception$", "") + " " + e.getMessage();
    }

    @Override
    public void close() {
        try (channel) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot release the lock of the state", e);
        }
    }
}
