package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the disk of an allowed folder has gone while the server runs: another folder, with nothing in it, shows in its place. What would be made there would lie below the
 * mount point, and be out of sight when the disk is back.
 */
final class Disks {
    private final Locations locations;

    /** What each allowed folder was when there was something in it, or something was about to be. */
    private final Map<Path, Object> known = new ConcurrentHashMap<>();

    /** Of the folders that {@code locations} allows. One that is empty is not kept in mind: its disk may be mounted later. */
    Disks(Locations locations) {
        this.locations = locations;
        for (Path folder : locations.allowedFolders()) {
            Object identity = identity(folder);
            if (identity != null && !isEmpty(folder)) {
                known.put(folder, identity);
            }
        }
    }

    /**
     * To be called before a folder is made.
     *
     * @throws IOException if the disk has gone that the folder was to be made on
     */
    void requireThere(Path path) throws IOException {
        Path allowed = locations.allowedFolder(path);
        Object before = known.get(allowed);
        Object now = identity(allowed);
        if (before != null && !before.equals(now) && isEmpty(allowed)) {
            throw new IOException(
                    allowed
                            + " is empty and another folder than before, as if its disk were not mounted; if that is meant, start the server again");
        }
        if (now != null && !now.equals(before)) {
            known.put(allowed, now);
        }
    }

    /** The same for the same folder on the same disk, as far as the system tells; null if there is no such folder. */
    private static @Nullable Object identity(Path folder) {
        try {
            return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            // Whatever is to be made there will say what is wrong, if it is not only missing.
            return null;
        }
    }

    /** One that cannot be looked into is not: whatever is to be made there will say what is wrong. */
    private boolean isEmpty(Path folder) {
        try {
            return locations.isAway(folder);
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
