package dev.firn.warehouse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Where files may be: the folders that the operator allowed, and the way between a location, as Iceberg writes it, and a path.
 *
 * <p>A location is {@code file:///a/b}, {@code file:/a/b} or {@code /a/b}; what follows the scheme is the path as it is, nothing in it is escaped, which is
 * how every engine reads it.
 */
public final class Locations {
    private static final String SCHEME = "file:";

    private static final int MOST_FOLDERS = 10_000;

    private final List<Path> allowed;

    /** Whether links lead out of a folder, for those that were written into last. */
    private final Cache<Path, Boolean> safeFolders = Caffeine.newBuilder()
            .maximumSize(MOST_FOLDERS)
            .expireAfterWrite(Duration.ofMinutes(1))
            .executor(Runnable::run)
            .build();

    /** Allows locations in these folders, which exist. */
    public Locations(List<Path> allowed) {
        List<Path> folders = new ArrayList<>();
        for (Path folder : allowed) {
            folders.add(folder.toAbsolutePath().normalize());
            folders.add(real(folder.toAbsolutePath().normalize()));
        }
        this.allowed = List.copyOf(folders);
    }

    /** The location of a path. */
    public static String of(Path path) {
        return "file://" + path.toAbsolutePath().normalize();
    }

    /**
     * The path of a location that is allowed.
     *
     * @throws BadRequestException if it is of another file system, no path, or outside the allowed folders
     */
    public Path require(String location) {
        Path path = named(location);
        requireNoLinkOut(path, location);
        return path;
    }

    /**
     * As {@link #require}, for a file of ours or one that is to be made. Its folder is asked for links only once in a while, as each commit writes into one that the
     * last one wrote into, and only somebody who may write there anyway could put a link in its place.
     */
    Path requireByFolder(String location) {
        Path path = named(location);
        // What is above a folder that is allowed itself need not be.
        Path folder = allowed.contains(path) ? path : path.getParent();
        if (folder == null || !safeFolders.get(folder, asked -> isInside(real(asked)))) {
            throw outside(location);
        }
        return path;
    }

    /** Throws {@link BadRequestException} if links lead from the path of a location out of the warehouse. */
    void requireNoLinkOut(Path path, String location) {
        if (!isInside(real(path))) {
            throw outside(location);
        }
    }

    /** A folder has just been made in one that is allowed: no link leads out of it. */
    void madeFolder(Path folder) {
        safeFolders.put(folder, true);
    }

    /** As {@link #require}, by the names in the path alone: a link in it could lead out of the warehouse. */
    Path named(String location) {
        Path path = path(location);
        if (!isInside(path)) {
            throw outside(location);
        }
        return path;
    }

    /** Whether a path, without links in it, is in one of the allowed folders. */
    boolean allows(Path path) {
        return isInside(path);
    }

    /** Whether a location is in a folder, by the names alone. */
    public static boolean isIn(String location, Path folder) {
        try {
            Path path = path(location);
            Path plain = folder.toAbsolutePath().normalize();
            return path.startsWith(plain) || path.startsWith(real(plain));
        } catch (BadRequestException e) {
            // Of another file system.
            return false;
        }
    }

    /** Whether there is nothing in the allowed folder that a path is in, the innermost if there are several; or not even that folder. */
    boolean isAway(Path path) {
        Path folder = allowedFolder(path);
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            return !content.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }

    /** The allowed folder that a path is in, the innermost if there are several; the path itself if there is none. */
    Path allowedFolder(Path path) {
        return allowed.stream()
                .filter(path::startsWith)
                .max(Comparator.comparingInt(Path::getNameCount))
                .orElse(path);
    }

    /** All folders that are allowed, each by its name and by that without links. */
    List<Path> allowedFolders() {
        return allowed;
    }

    /** What is told of a file that is missing where all is. */
    static String away(String location) {
        return "Cannot read " + location
                + ": the folder of all that is there is empty, as if its disk were not mounted";
    }

    private boolean isInside(Path path) {
        return allowed.stream().anyMatch(path::startsWith);
    }

    private static Path path(String location) {
        String text = location;
        if (text.startsWith(SCHEME)) {
            text = text.substring(SCHEME.length());
            if (text.startsWith("//")) {
                text = text.substring(2);
            }
        }
        if (!text.startsWith("/")) {
            throw outside(location);
        }
        try {
            Path path = Path.of(text);
            if (text.contains("..")) {
                requireNoWayUp(path, location);
            }
            return path.normalize();
        } catch (InvalidPathException e) {
            throw new BadRequestException(e, "Location is not a path: %s", location);
        }
    }

    private static BadRequestException outside(String location) {
        return new BadRequestException("Location is outside the warehouse and what --allow adds to it: %s", location);
    }

    private static void requireNoWayUp(Path path, String location) {
        for (Path name : path) {
            if (name.toString().equals("..")) {
                throw new BadRequestException("Location must not contain '..': %s", location);
            }
        }
    }

    /** The path with the links in its existing part followed, so that no link leads out of the warehouse. */
    static Path real(Path path) {
        Path existing = path;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null) {
            return path;
        }
        try {
            return existing.toRealPath().resolve(existing.relativize(path)).normalize();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot resolve " + path, e);
        }
    }
}
