package dev.firn.retention;

import dev.firn.store.FormerFile;
import dev.firn.warehouse.LocalCleanup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that may be deleted, as long as nobody turns out to name them. */
final class Candidates {
    private final LocalCleanup cleanup;
    private final Map<Path, FormerFile> files = new HashMap<>();
    /** Names without folders, and how many files have each: most of what is asked for is told apart by them, and paths cost much more. */
    private final Map<String, Integer> names = new HashMap<>();

    Candidates(LocalCleanup cleanup) {
        this.cleanup = cleanup;
    }

    /** Adds a file, unless it lies outside of the warehouse. */
    void add(FormerFile file) {
        cleanup.file(file.location()).ifPresent(path -> {
            if (files.put(path, file) == null) {
                names.merge(name(file.location()), 1, Integer::sum);
            }
        });
    }

    /** Somebody needs this file, whoever it is and however the location is written. */
    void keep(String location) {
        if (names.containsKey(name(location))) {
            cleanup.file(location).ifPresent(this::remove);
        }
    }

    /** Somebody may need any file of this identity. */
    void keepAllOf(String uuid) {
        new ArrayList<>(files.entrySet())
                .stream()
                        .filter(entry -> entry.getValue().uuid().equals(uuid))
                        .forEach(entry -> remove(entry.getKey()));
    }

    /** Somebody else's metadata names this file, and may do so by a link. */
    void keepWhatItLinksTo(String location) {
        keep(location);
        cleanup.folder(location).ifPresent(this::remove);
    }

    private void remove(Path path) {
        FormerFile removed = files.remove(path);
        if (removed != null) {
            names.computeIfPresent(name(removed.location()), (name, count) -> count == 1 ? null : count - 1);
        }
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    int size() {
        return files.size();
    }

    /** What is left. */
    List<FormerFile> all() {
        return List.copyOf(files.values());
    }
}
