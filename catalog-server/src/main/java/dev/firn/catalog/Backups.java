package dev.firn.catalog;

import dev.firn.store.BackupStore;
import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Dropped;
import dev.firn.store.KeptFile;
import dev.firn.store.NotAStateException;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Warehouse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Backups of the state of all catalogs. The tables themselves are files of the warehouse, and no part of it. */
public final class Backups {
    private static final int PAGE = 1_000;
    private static final int CHUNK = 64 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final BackupStore store;
    private final FileStore files;
    private final UnsettledFiles unsettled;
    private final DeletionLock deletions;
    private final Object restoring = new Object();

    /** Of this state, whose metadata files are in this warehouse; {@code deletions} keeps them from being deleted while a backup that has them is restored. */
    Backups(CatalogStore store, Warehouse warehouse, UnsettledFiles unsettled, DeletionLock deletions) {
        this.store = store.backups();
        this.files = warehouse.files();
        this.unsettled = unsettled;
        this.deletions = deletions;
    }

    /**
     * A backup that is to be read once.
     *
     * @param content all of it; there is no copy of it any more when it is closed
     * @param length in bytes
     */
    public record Backup(InputStream content, long length) {}

    /**
     * A restore that is done.
     *
     * @param change the change that did it
     * @param before the file with the state as it was before; null if nothing had ever changed
     * @param lost what was dropped in the backup and cannot come back, as its metadata file has been deleted since
     */
    public record Restored(long change, @Nullable Path before, List<TableIdentifier> lost) {}

    /** Makes a backup of the state as it is now. */
    public Backup write() {
        Path file = store.temporary();
        store.write(file);
        try {
            long length = Files.size(file);
            return new Backup(Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE), length);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the backup " + file, e);
        }
    }

    /**
     * Makes a backup the present state, in one step, while others go on reading and changing: theirs comes before and is undone, or after. Metadata files that were
     * written since stay where they are, and no file is ever written over by another.
     *
     * @throws NotAStateException if it is no backup, is damaged or too new, or names metadata files that are neither in the warehouse nor in the backup; nothing has
     *     changed then
     */
    public Restored restore(InputStream backup, String principal) {
        Path file = store.temporary();
        try {
            receive(backup, file);
            synchronized (restoring) {
                return deletions.withoutDeletions(() -> restoreReceived(file, principal));
            }
        } finally {
            delete(file);
        }
    }

    private Restored restoreReceived(Path file, String principal) {
        List<TableIdentifier> lost;
        try (CatalogStore opened = store.open(file)) {
            requireFiles(opened, keptFiles(opened));
            store.requireRestorable(file);
            writeKeptFiles(opened);
            // What was kept only as a difference is lost if the other file has been deleted since.
            requireFiles(opened, Set.of());
            lost = lost(opened);
        }
        Path before = store.before();
        long change = unsettled.acrossReplacement(last -> store.restore(file, before, principal, last));
        LOG.info("Restored a backup as change {}; the state before is in {}", change, before);
        lost.forEach(name -> LOG.warn("Dropped in the restored state, and cannot be brought back: {}", name));
        return new Restored(change, Files.exists(before) ? before : null, lost);
    }

    /** History may have ended for a table that came back after the backup, and then its metadata file of then is deleted. */
    private List<TableIdentifier> lost(CatalogStore opened) {
        List<TableIdentifier> lost = new ArrayList<>();
        for (CatalogRecord catalog : opened.purges().catalogs()) {
            long before = Long.MAX_VALUE;
            List<Dropped> page;
            do {
                page = opened.dropped().before(catalog, before, PAGE);
                for (Dropped dropped : page) {
                    if (!exists(dropped.entry().metadataLocation())) {
                        lost.add(dropped.entry().identifier());
                    }
                    before = dropped.change();
                }
            } while (page.size() == PAGE);
        }
        return lost;
    }

    /** That the rest of it did not come is the caller's failure, that it could not be written is not. */
    private static void receive(InputStream backup, Path file) {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int length = next(backup, chunk); length >= 0; length = next(backup, chunk)) {
                out.write(chunk, 0, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the backup beside the state: " + e.getMessage(), e);
        }
    }

    private static int next(InputStream backup, byte[] chunk) {
        try {
            return backup.read(chunk);
        } catch (IOException e) {
            throw new BadRequestException(e, "The backup did not come whole: %s", e.getMessage());
        }
    }

    private static Set<String> keptFiles(CatalogStore opened) {
        Set<String> kept = new HashSet<>();
        for (KeptFile file : opened.keptFiles(0, Integer.MAX_VALUE)) {
            kept.add(file.location());
        }
        return kept;
    }

    private void requireFiles(CatalogStore opened, Set<String> kept) {
        AtomicLong missing = new AtomicLong();
        AtomicReference<String> first = new AtomicReference<>("");
        opened.backups().eachPresentLocation(location -> {
            if (!kept.contains(location) && !exists(location) && missing.incrementAndGet() == 1) {
                first.set(location);
            }
        });
        if (missing.get() > 0) {
            throw new NotAStateException(
                    "The backup names metadata files that are not in the warehouse, %d of them, as %s; nothing was restored"
                            .formatted(missing.get(), first.get()));
        }
    }

    private boolean exists(String location) {
        try {
            return files.exists(location);
        } catch (BadRequestException e) {
            // Outside of the warehouse: not ours to read.
            return false;
        }
    }

    /** What was not yet durable when the backup was made may never have become so. What this makes is nobody's if the restore does not come to its end. */
    private void writeKeptFiles(CatalogStore opened) {
        List<String> missing = new ArrayList<>();
        try (MetadataFiles kept = new MetadataFiles(opened, files, unsettled, NEVER)) {
            for (KeptFile file : opened.keptFiles(0, Integer.MAX_VALUE)) {
                if (!files.exists(file.location())) {
                    missing.add(file.location());
                    unsettled.making(file.location());
                }
            }
            if (!missing.isEmpty()) {
                unsettled.force();
            }
            forget(opened, kept.recover(List.of()));
        } finally {
            missing.forEach(unsettled::made);
        }
    }

    /** What a past version differs from may have been deleted since, with a purged table or with history: then it is lost too, and is not to be missed for ever. */
    private void forget(CatalogStore opened, List<KeptFile> lost) {
        if (lost.isEmpty()) {
            return;
        }
        Set<String> present = new HashSet<>();
        opened.backups().eachPresentLocation(present::add);
        opened.release(lost.stream()
                .filter(file -> !present.contains(file.location()) && !files.isAway(file.location()))
                .toList());
    }

    private static void delete(Path file) {
        for (String suffix : new String[] {"", "-wal", "-shm", "-journal"}) {
            try {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
            } catch (IOException e) {
                LOG.warn("Cannot delete what is left of a restored backup; the next start will", e);
            }
        }
    }
}
