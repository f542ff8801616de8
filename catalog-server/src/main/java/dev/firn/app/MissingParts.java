package dev.firn.app;

import dev.firn.store.CatalogStore;
import dev.firn.store.KeptFile;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Notices that only one of state and warehouse is there. A server that began with that would make it worse. */
final class MissingParts {
    private MissingParts() {}

    /**
     * A file without content is a new state to SQLite. With a warehouse that has tables it is what is left of one.
     *
     * @throws StartupException if it is so
     */
    static void refuseLostState(Path database, FileStore files, Path warehouse) {
        if (isEmpty(database)
                && isEmpty(database.resolveSibling(database.getFileName() + "-wal"))
                && !files.isAway(Locations.of(warehouse))) {
            throw new StartupException(
                    "the state %s has no content, but the warehouse %s has: put back a copy of the state, or delete the empty file to begin with no tables"
                            .formatted(database, warehouse));
        }
    }

    /** Whether it is there and has no content, or, of the log, is not there. */
    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (NoSuchFileException e) {
            return file.toString().endsWith("-wal");
        } catch (IOException e) {
            throw new StartupException("cannot look at " + file + ": " + DataFolder.reason(e), e);
        }
    }

    /**
     * The disk of the warehouse may not be mounted, which leaves an empty folder. What the state keeps of files in it would be written below the mount point and then be forgotten,
     * and every other table would be missing.
     *
     * @throws StartupException if the warehouse is empty and the state has something in it that it cannot write again by itself
     */
    static void refuseLostWarehouse(CatalogStore store, FileStore files, Path folder) {
        String root = Locations.of(folder);
        if (!files.isAway(root)) {
            return;
        }
        Set<String> kept = store.keptFiles(0, Integer.MAX_VALUE).stream()
                .map(KeptFile::location)
                .collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        store.backups().eachPresentLocation(location -> {
            if (location.startsWith(root + "/") && !kept.contains(location)) {
                missing.add(location);
            }
        });
        if (!missing.isEmpty()) {
            throw new StartupException(
                    "the warehouse %s is empty, but the state has %d tables and views in it, as %s: is its disk mounted? If its files are lost, put back a copy of them, or serve another data folder"
                            .formatted(folder, missing.size(), missing.get(0)));
        }
    }
}
