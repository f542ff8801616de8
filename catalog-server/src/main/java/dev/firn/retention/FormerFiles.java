package dev.firn.retention;

import dev.firn.catalog.DeletionLock;
import dev.firn.store.CatalogStore;
import dev.firn.store.FormerFile;
import dev.firn.store.FormerFileStore;
import dev.firn.store.FormerFileStore.Identity;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the metadata files that only versions pointed to which are no longer kept, as soon as no metadata names them any more: those that the server wrote itself, of
 * tables and views that no other catalog has.
 *
 * <p>The state remembers each file until it is deleted: the row of a version goes with the row of its file made, and that row goes when the file has. So a kill
 * leaves no file that nobody knows of, only rows of files that are gone, and these are looked at once more. No file is deleted between the look of somebody else at it and
 * the transaction that makes the state point to it ({@link DeletionLock}); what was registered or restored since it was looked at what names the files is found before.
 */
final class FormerFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FormerFiles.class);
    private static final int STEP = 100;
    private static final int MOST_IDENTITIES = 10_000;
    private static final int MOST_FILES = 50_000;
    private static final long PAUSE_MILLIS = 20;

    private final CatalogStore store;
    private final FormerFileStore former;
    private final MetadataReader reader;
    private final LocalCleanup cleanup;
    private final DeletionLock deletions;
    private final Registrations registrations;
    private String lastComplaint = "";

    FormerFiles(CatalogStore store, FileStore files, LocalCleanup cleanup, DeletionLock deletions) {
        this.store = store;
        this.former = store.formerFiles();
        this.reader = new MetadataReader(files);
        this.cleanup = cleanup;
        this.deletions = deletions;
        this.registrations = new Registrations(former);
    }

    /** Deletes what can be deleted now. */
    void run(Background background) {
        Set<Identity> waiting = new HashSet<>();
        boolean more = true;
        while (more && !background.isClosing()) {
            List<Identity> due = new ArrayList<>(former.due(MOST_IDENTITIES + waiting.size()));
            due.removeAll(waiting);
            more = !due.isEmpty() && look(due, waiting, background);
        }
    }

    /**
     * Looks at identities, or at the first of them if they have too many files, and tells whether to go on with others.
     *
     * @param waiting gets those that have to be looked at again in a later round
     */
    private boolean look(List<Identity> due, Set<Identity> waiting, Background background) {
        long newest = store.ledger().newestChange();
        registrations.readUntil(newest);
        Candidates candidates = new Candidates(cleanup);
        List<FormerFile> missing = new ArrayList<>();
        List<Identity> identities = new ArrayList<>();
        Set<Identity> partial = new HashSet<>();
        for (Identity identity : due) {
            if (candidates.size() > MOST_FILES) {
                break;
            }
            identities.add(identity);
            List<FormerFile> files = former.of(identity, MOST_FILES);
            if (files.size() == MOST_FILES) {
                partial.add(identity);
            }
            files.forEach(file -> add(file, candidates, missing));
        }
        Set<String> needed = former.needed();
        Survivors survivors = new Survivors(former, reader, registrations, identities);
        try {
            Set<String> unreadable = survivors.keep(candidates, background);
            identities.stream()
                    .filter(identity -> unreadable.contains(identity.uuid()))
                    .forEach(waiting::add);
        } catch (UnreadableTableException e) {
            complain("Metadata files of the history that has ended wait: " + e.getMessage());
            return false;
        }
        for (FormerFile file : candidates.all()) {
            if (needed.contains(file.location())) {
                candidates.keep(file.location());
                waiting.add(new Identity(file.catalog(), file.uuid()));
            }
        }
        List<FormerFile> deletable = candidates.all();
        if (!delete(deletable, newest, background)) {
            return false;
        }
        // There is more of these. If nothing of them can go now, the rest has to wait as well.
        identities.removeAll(partial);
        deletable.forEach(file -> partial.remove(new Identity(file.catalog(), file.uuid())));
        waiting.addAll(partial);
        former.forget(missing);
        identities.removeAll(waiting);
        former.looked(identities);
        return true;
    }

    private void add(FormerFile file, Candidates candidates, List<FormerFile> missing) {
        Optional<Path> path = cleanup.file(file.location());
        if (file.ours() && !registrations.isGivenAway(file.uuid())) {
            candidates.add(file);
        } else if (path.isPresent() && !cleanup.exists(path.get())) {
            missing.add(file);
        }
    }

    private boolean delete(List<FormerFile> files, long seen, Background background) {
        for (int begin = 0; begin < files.size(); begin += STEP) {
            List<FormerFile> step = files.subList(begin, Math.min(files.size(), begin + STEP));
            boolean done = deletions.deleting(() -> !former.registeredSince(seen) && delete(step));
            if (!done || background.pause(PAUSE_MILLIS)) {
                return false;
            }
        }
        return true;
    }

    private boolean delete(List<FormerFile> files) {
        Set<Path> folders = new HashSet<>();
        try {
            long deleted = 0;
            for (FormerFile file : files) {
                Path path = cleanup.file(file.location()).orElse(null);
                if (path != null) {
                    deleted += cleanup.delete(path) ? 1 : 0;
                    // Also of one that is gone already: a killed round need not have synced that.
                    folders.add(path.getParent());
                }
            }
            // Not forgotten before it is certain that no power cut brings one back.
            cleanup.sync(folders);
            former.forget(files);
            LOG.debug("Deleted {} metadata files of the history that has ended", deleted);
            return true;
        } catch (UncheckedIOException e) {
            complain("Metadata files of the history that has ended wait: " + e.getMessage());
            return false;
        }
    }

    /** Once, not in every round. */
    private void complain(String complaint) {
        if (!complaint.equals(lastComplaint)) {
            LOG.warn(complaint);
            lastComplaint = complaint;
        }
    }
}
