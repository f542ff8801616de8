package dev.firn.retention;

import dev.firn.warehouse.LocalCleanup;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the files of one purged table, and looks again and again at what other tables have become meanwhile. */
final class Deletion {
    private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);
    /** So many files are deleted before it is looked again. */
    private static final int STEP = 100;

    private static final long PAUSE_MILLIS = 5;

    private final PurgedTable table;
    private final Protection protection;
    private final LocalCleanup cleanup;
    private final Background background;
    private final Set<Path> folders = new HashSet<>();
    private long deleted;
    private long needed;
    private long outside;
    private long untouched;
    private int inStep;

    Deletion(PurgedTable table, Protection protection, LocalCleanup cleanup, Background background) {
        this.table = table;
        this.protection = protection;
        this.cleanup = cleanup;
        this.background = background;
    }

    /** Deletes all. Throws {@link RuntimeException} if it cannot go on, or if the server is stopping. */
    void run() {
        protection.refresh();
        Footprint footprint = table.footprint();
        if (table.ownsData()) {
            footprint.forEachContentFile(this::delete);
        } else {
            footprint.forEachContentFile(file -> untouched++);
        }
        sync();
        footprint.manifests().forEach(this::delete);
        sync();
        footprint.manifestLists().forEach(this::delete);
        footprint.statistics().forEach(this::delete);
        sync();
        table.earlierMetadataFiles().forEach(this::delete);
        sync();
        delete(table.lastMetadataFile());
        sync();
        protection.refresh();
        for (Path root : table.roots()) {
            if (!protection.isShared(root)) {
                cleanup.deleteEmptyFolders(root);
            }
        }
    }

    /** Before what names the files goes, or it is noted that all has gone: nobody would look for what a power cut brings back. */
    private void sync() {
        cleanup.sync(folders);
        folders.clear();
    }

    /** Deletes many small things, and so has a rest now and then. */
    private void delete(String location) {
        if (++inStep == STEP) {
            inStep = 0;
            if (background.pause(PAUSE_MILLIS)) {
                throw new IllegalStateException("The server is stopping");
            }
            protection.refresh();
        }
        Path file = cleanup.file(location).orElse(null);
        if (file == null || table.roots().stream().noneMatch(file::startsWith)) {
            outside++;
            LOG.debug("Left where it is, outside of its table: {}", location);
        } else if (protection.covers(file)) {
            needed++;
            LOG.debug("Left where it is, another table names it: {}", location);
        } else {
            deleteWithChecksums(file);
            // Also of one that is gone already: a killed round need not have synced that.
            folders.add(file.getParent());
        }
    }

    /** The checksums go first: a round that was killed looks for those of a file that is gone, but nobody would for those of the last metadata file. */
    private void deleteWithChecksums(Path file) {
        Path checksums = LocalCleanup.checksumsOf(file);
        boolean goes = cleanup.isFile(file) || !cleanup.exists(file);
        if (goes && !protection.covers(checksums)) {
            cleanup.delete(checksums);
        }
        if (cleanup.delete(file)) {
            deleted++;
        }
    }

    long deleted() {
        return deleted;
    }

    long left() {
        return needed + outside + untouched;
    }

    /** Why files were left; empty if none was. */
    String note() {
        StringBuilder note = new StringBuilder();
        append(note, needed, "that other tables name");
        append(note, outside, "outside of the table's location");
        append(note, untouched, "because of gc.enabled=false");
        return note.toString();
    }

    private static void append(StringBuilder note, long count, String why) {
        if (count > 0) {
            note.append(note.isEmpty() ? "left " : ", ")
                    .append(count)
                    .append(' ')
                    .append(why);
        }
    }
}
