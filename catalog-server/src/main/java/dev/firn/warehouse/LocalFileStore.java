package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;

/** The warehouse in a folder of this machine. */
public final class LocalFileStore implements FileStore {
    private final Locations locations;

    /** Reads and writes only where {@code locations} allows. */
    public LocalFileStore(Locations locations) {
        this.locations = locations;
    }

    @Override
    public byte[] read(String location) {
        try {
            return Files.readAllBytes(locations.require(location));
        } catch (NoSuchFileException e) {
            throw new NotFoundException(e, "File does not exist: %s", location);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + location, e);
        }
    }

    @Override
    public boolean exists(String location) {
        return Files.isRegularFile(locations.require(location));
    }

    @Override
    public void create(String location, byte[] content) {
        Path path = locations.require(location);
        Path temporary = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            if (Files.exists(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            try {
                writeAndSync(temporary, content);
            } catch (NoSuchFileException e) {
                createFolders(folderOf(path));
                writeAndSync(temporary, content);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(folderOf(path));
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExistsException(e, "File already exists: %s", location);
        } catch (IOException e) {
            discard(temporary, e);
            throw new UncheckedIOException("Cannot write " + location, e);
        }
    }

    @Override
    public boolean createFolder(String location) {
        Path path = locations.require(location);
        try {
            return createFolders(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the folder " + location, e);
        }
    }

    @Override
    public void delete(String location) {
        try {
            Files.deleteIfExists(locations.require(location));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + location, e);
        }
    }

    private static boolean createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return false;
        }
        createFolders(folderOf(folder));
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(folder)) {
                return false;
            }
            throw e;
        }
        syncFolder(folderOf(folder));
        return true;
    }

    private static Path folderOf(Path path) throws IOException {
        Path folder = path.getParent();
        if (folder == null) {
            throw new IOException("Nothing is above " + path);
        }
        return folder;
    }

    private static void writeAndSync(Path path, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(false);
        }
    }

    /** Makes the names in a folder durable: on Linux and macOS a folder is synced like a file. */
    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path temporary, IOException cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
