package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The warehouse in a folder of this machine. */
public final class LocalFileStore implements FileStore {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFileStore.class);

    /** Whether a file is to survive a power cut as soon as it has been written. */
    private enum Durability {
        SYNCED,
        UNSYNCED
    }

    /** From so many files on it is looked whether their file systems can be synced as a whole. */
    private static final int MANY = Integer.getInteger("firn.sync-together-from", 100);

    /** Later than any clean-up, and early enough for all file systems that count seconds in more than 31 bits; the others take the last moment that they know. */
    private static final FileTime FAR_AHEAD = FileTime.from(Instant.parse("2100-01-01T00:00:00Z"));

    private final Locations locations;
    private final Disks disks;
    private final WholeFileSystems fileSystems = new WholeFileSystems();

    /** Two who write the same file anew would do it beside each other in one place. */
    private final ReentrantLock restoring = new ReentrantLock();

    /** Reads and writes only where {@code locations} allows. */
    public LocalFileStore(Locations locations) {
        this.locations = locations;
        this.disks = new Disks(locations);
    }

    @Override
    public byte[] read(String location) {
        try {
            return PlainFiles.read(locations.require(location));
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "File does not exist: %s", location);
        } catch (IOException e) {
            throw failure("Cannot read " + location, e);
        }
    }

    @Override
    public long contentLength(String location) {
        try {
            return PlainFiles.contentLength(locations.require(location));
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "File does not exist: %s", location);
        } catch (IOException e) {
            throw failure("Cannot read " + location, e);
        }
    }

    @Override
    public boolean isAway(String location) {
        return locations.isAway(locations.require(location));
    }

    @Override
    public boolean exists(String location) {
        // Asked on every load. It tells only whether there is a file, so links need not be followed to the end of the
        // warehouse.
        return locations.named(location).toFile().exists();
    }

    @Override
    public boolean isReadable(String location) {
        return Files.isReadable(locations.named(location));
    }

    @Override
    public void create(String location, byte[] content) {
        write(location, content, Durability.SYNCED);
    }

    @Override
    public void createUnsynced(String location, byte[] content) {
        write(location, content, Durability.UNSYNCED);
    }

    /** Under its final name from the beginning: names of new files are unique, and nobody knows one before it is whole. */
    private void write(String location, byte[] content, Durability durability) {
        Path path = locations.requireByFolder(location);
        try {
            try {
                write(path, content, durability);
            } catch (NoSuchFileException e) {
                createFolders(folderOf(path));
                write(path, content, durability);
            }
            if (durability == Durability.SYNCED) {
                for (Path folder : foldersOf(List.of(path))) {
                    sync(folder);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExistsException(e, "File already exists: %s", location);
        } catch (IOException e) {
            ImpossiblePlaces.refuseFile(path, location, e);
            throw failure("Cannot write " + location, e);
        }
    }

    /** Beside it first, then in its place: what stands there stays until all is written. What a kill leaves beside it goes when it is written again. */
    @Override
    public void restore(String location, byte[] content) {
        Path path = locations.require(location);
        Path temporary = unfinished(path);
        restoring.lock();
        try {
            createFolders(folderOf(path));
            Files.deleteIfExists(temporary);
            write(temporary, content, Durability.SYNCED);
            try {
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                discard(temporary, e);
                throw e;
            }
        } catch (IOException e) {
            throw failure("Cannot write " + location, e);
        } finally {
            restoring.unlock();
        }
    }

    private static Path unfinished(Path path) {
        return path.resolveSibling("." + path.getFileName() + ".tmp");
    }

    @Override
    public boolean sync(Collection<String> files, Executor helpers) {
        List<Path> paths = files.stream().map(locations::requireByFolder).toList();
        if (paths.size() < MANY) {
            syncEach(paths, helpers);
            return fileSystems.areUsed();
        }
        try {
            syncEach(fileSystems.sync(paths), helpers);
            return fileSystems.areUsed();
        } catch (IOException e) {
            throw failure("Cannot sync " + files.size() + " files", e);
        }
    }

    @Override
    public void forget(Collection<String> files) {
        fileSystems.forget(files.stream().map(locations::requireByFolder).toList());
    }

    @Override
    public Map<String, String> markLasting(Collection<String> files) {
        Map<String, String> refused = new LinkedHashMap<>();
        for (String location : files) {
            try {
                markLasting(locations.requireByFolder(location));
            } catch (NoSuchFileException | BadRequestException e) {
                LOG.debug("Not there, or not in the warehouse: {}", location);
            } catch (IOException e) {
                refused.put(location, reason(e));
            } catch (UncheckedIOException e) {
                refused.put(location, e.getMessage());
            }
        }
        return refused;
    }

    private static void markLasting(Path file) throws IOException {
        BasicFileAttributeView view =
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        // A pipe would be waited for, and what a link leads to is somebody else's.
        if (view.readAttributes().isRegularFile()) {
            view.setTimes(FAR_AHEAD, null, null);
        }
    }

    private void syncEach(List<Path> files, Executor helpers) {
        List<Path> all = new ArrayList<>(files);
        all.addAll(foldersOf(files));
        SyncRound.Failure failure = SyncRound.run(all, LocalFileStore::sync, helpers);
        if (failure != null) {
            throw failure("Cannot sync " + failure.path(), failure.cause());
        }
    }

    /** Makes a file durable, or the names in a folder: on Linux and macOS one is synced like a file. What has gone is passed over. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = PlainFiles.open(path)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            LOG.debug("Nothing to sync: {}", path);
        }
    }

    /** The folders in which the names of files stand, and those in which the names of these do: they may be as new. */
    private Set<Path> foldersOf(List<Path> files) {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path file : files) {
            Path folder = file.getParent();
            while (folder != null && locations.allows(folder) && folders.add(folder)) {
                folder = folder.getParent();
            }
        }
        return folders;
    }

    @Override
    public boolean createFolder(String location) {
        Path path = locations.require(location);
        try {
            return createFolders(path);
        } catch (IOException e) {
            throw failure("Cannot make the folder " + location, e);
        }
    }

    /** Without a look at what is there, as most often nothing is. */
    @Override
    public void createFolders(String location, List<String> names) {
        Path path = locations.requireByFolder(location);
        try {
            disks.requireThere(path);
            createNewFolder(path, location);
            for (String name : names) {
                createNewFolder(path.resolve(name), location);
            }
        } catch (IOException e) {
            names.forEach(name -> ImpossiblePlaces.refuseFolder(path.resolve(name), location, e));
            throw failure("Cannot make the folder " + location, e);
        }
    }

    private void createNewFolder(Path folder, String location) throws IOException {
        try {
            Files.createDirectory(folder);
            locations.madeFolder(folder);
        } catch (NoSuchFileException e) {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            locations.requireNoLinkOut(folder, location);
        }
    }

    @Override
    public void delete(String location) {
        try {
            Path path = locations.require(location);
            Files.deleteIfExists(path);
            Files.deleteIfExists(unfinished(path));
        } catch (IOException e) {
            throw failure("Cannot delete " + location, e);
        }
    }

    @Override
    public void syncNames(Collection<String> files) {
        Set<Path> folders = new LinkedHashSet<>();
        for (String location : files) {
            folders.add(locations.require(location).getParent());
        }
        try {
            for (Path folder : folders) {
                sync(folder);
            }
        } catch (IOException e) {
            throw failure("Cannot sync the folders of " + files, e);
        }
    }

    private boolean createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return false;
        }
        disks.requireThere(folder);
        Files.createDirectories(folder);
        return true;
    }

    private static Path folderOf(Path path) throws IOException {
        Path folder = path.getParent();
        if (folder == null) {
            throw new IOException("Nothing is above " + path);
        }
        return folder;
    }

    private static void write(Path path, byte[] content, Durability durability) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (durability == Durability.SYNCED) {
                    channel.force(false);
                }
            } catch (IOException e) {
                discard(path, e);
                throw e;
            }
        }
    }

    private static UncheckedIOException failure(String message, IOException e) {
        return new UncheckedIOException(message + ": " + reason(e), e);
    }

    /** What the operating system said, or, where it said nothing, the kind of failure. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException failure) {
            String reason = failure.getReason();
            return reason == null ? e.getClass().getSimpleName().replaceAll("Exception$", "") : reason;
        }
        return String.valueOf(e.getMessage());
    }

    private static void discard(Path unfinished, IOException cause) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
