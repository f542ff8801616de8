package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Deletes files of the warehouse, and tells whether two locations mean the same file: however they are written, and through whatever links a folder is reached.
 * For one thread.
 */
public final class LocalCleanup {
    private static final int MOST_FOLDERS = 1_000;

    private final Locations locations;
    /** Folders without the links in them; files come folder by folder. */
    private final Map<Path, Path> realFolders = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Path> eldest) {
            return size() > MOST_FOLDERS;
        }
    };

    /** Of the warehouse that {@code locations} allows. */
    public LocalCleanup(Locations locations) {
        this.locations = locations;
    }

    /** The one path of a file; empty if the location is not in the warehouse, or is of another file system. */
    public Optional<Path> file(String location) {
        try {
            Path path = locations.require(location);
            Path folder = path.getParent();
            return folder == null
                    ? Optional.empty()
                    : Optional.of(
                            realFolders.computeIfAbsent(folder, Locations::real).resolve(path.getFileName()));
        } catch (BadRequestException e) {
            return Optional.empty();
        }
    }

    /** The one path of a folder; empty if the location is not in the warehouse, or is of another file system. */
    public Optional<Path> folder(String location) {
        try {
            return Optional.of(Locations.real(locations.require(location)));
        } catch (BadRequestException e) {
            return Optional.empty();
        }
    }

    /**
     * The files in a folder, not in the folders in it, whose names end so; none if there is no such folder.
     *
     * @throws UncheckedIOException if they cannot be listed
     */
    public List<Path> filesIn(Path folder, String suffix) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.getFileName().toString().endsWith(suffix) && Files.isRegularFile(file))
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder, e);
        }
    }

    /**
     * Deletes a file (of a link the link itself) and tells whether there was one. Nothing else is deleted, no folder either.
     *
     * @throws UncheckedIOException if it cannot be deleted
     */
    public boolean delete(Path file) {
        try {
            return isFile(file) && Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + file, e);
        }
    }

    /** Whether this is a file, or a link, which {@link #delete} would delete. */
    public boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(file);
    }

    /** Where Hadoop's local file system keeps the checksums of a file: beside it, hidden. Nothing names these. */
    public static Path checksumsOf(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".crc");
    }

    /** Whether there is such a file. */
    public boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Makes durable what was deleted in folders.
     *
     * @throws UncheckedIOException if that fails
     */
    public void sync(Collection<Path> folders) {
        for (Path folder : folders) {
            try {
                LocalFileStore.sync(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot make durable what was deleted in " + folder, e);
            }
        }
    }

    /**
     * Deletes a folder with all folders in it, but only those that hold no file; never one that the operator allowed itself.
     *
     * @throws UncheckedIOException if one cannot be deleted
     */
    public void deleteEmptyFolders(Path folder) {
        Path above = folder.getParent();
        if (above == null || !locations.allows(above)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    deleteIfEmpty(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // It is gone already.
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete empty folders in " + folder, e);
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // What is in it stays.
        }
    }
}
