package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.KeptFile;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Locations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A folder with nothing in it, though the state names files there that it cannot write again: as if its disk were not mounted. What would be written now would lie below the
 * mount point, and be out of sight when the disk is there.
 *
 * @param folder the folder
 * @param missing what the state misses there: the metadata files of all present tables and views; if it has all these itself, those of the past
 */
public record AwayFolder(Path folder, List<String> missing) {
    /** Tells whether a folder is one. Files that the state can write again by itself are no sign of it: a power cut takes what was not synced. */
    public static Optional<AwayFolder> find(CatalogStore store, FileStore files, Path folder) {
        if (!files.isAway(Locations.of(folder))) {
            return Optional.empty();
        }
        boolean keepsSome = false;
        Set<String> writable = new HashSet<>();
        for (KeptFile file : store.keptFiles(0, Integer.MAX_VALUE)) {
            if (Locations.isIn(file.location(), folder)) {
                keepsSome = true;
                // What it differs from comes before it, if that is kept as well.
                if (file.base() == null || writable.contains(file.base()) || !Locations.isIn(file.base(), folder)) {
                    writable.add(file.location());
                }
            }
        }
        List<String> missing = new ArrayList<>();
        Consumer<String> look = location -> {
            if (Locations.isIn(location, folder) && !writable.contains(location)) {
                missing.add(location);
            }
        };
        store.backups().eachPresentLocation(look);
        if (missing.isEmpty() && keepsSome) {
            store.namedFiles().eachVersion(look);
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(new AwayFolder(folder, List.copyOf(missing)));
    }

    /** Whether a file is not to be written there, as the folder still is what it was. */
    boolean holds(String location, FileStore files) {
        return Locations.isIn(location, folder) && !files.exists(missing.get(0));
    }
}
