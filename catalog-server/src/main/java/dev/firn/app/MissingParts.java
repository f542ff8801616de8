package dev.firn.app;

import dev.firn.catalog.AwayFolder;
import dev.firn.store.CatalogStore;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that only one of state and warehouse is there. A server that began with that would make it worse. */
final class MissingParts {
    private static final Logger LOG = LoggerFactory.getLogger(MissingParts.class);

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
        AwayFolder.find(store, files, folder).ifPresent(away -> {
            throw new StartupException(
                    "the warehouse %s is empty, but the state names %d metadata files in it, as %s: is its disk mounted? If its files are lost, put back a copy of them, or serve another data folder"
                            .formatted(
                                    folder,
                                    away.missing().size(),
                                    away.missing().get(0)));
        });
    }

    /** Other folders whose disks do not seem to be mounted: their tables cannot be read, all others can. */
    static List<AwayFolder> missingFolders(CatalogStore store, FileStore files, List<Path> folders) {
        List<AwayFolder> missing = folders.stream()
                .flatMap(folder -> AwayFolder.find(store, files, folder).stream())
                .toList();
        missing.forEach(away -> LOG.warn(
                "The folder {} is empty, but the state names {} metadata files in it, as {}: is its disk mounted? Until it is, nothing is written there again",
                away.folder(),
                away.missing().size(),
                away.missing().get(0)));
        return missing;
    }
}
