package dev.firn.retention;

import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Holder;
import dev.firn.store.LedgerRow;
import dev.firn.store.Moment;
import dev.firn.store.Operations;
import dev.firn.store.Purge;
import dev.firn.store.PurgeStore;
import dev.firn.warehouse.LocalCleanup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/**
 * What must not be deleted in the folders of purged tables, because another table names it: one that exists, that can come back, or that was given to another
 * catalog. All of them are asked, for engines may add any file to any table. Tables that share an identity or a folder with a purged one are asked for their
 * whole history, the others for their present state, or, if its file is missing, for what they can be put back to.
 *
 * <p>{@link #lookAtAll} looks at all of them, {@link #refresh} at what has changed since.
 */
final class Protection {
    private static final int PAGE = 500;

    private final CatalogStore store;
    private final PurgeStore purges;
    private final MetadataReader reader;
    private final FileIO io;
    private final LocalCleanup cleanup;
    private final Set<Path> roots;
    private final Set<String> identities;
    private final Set<Long> excluded;
    private final Map<Purge, PurgedTable> purged;
    private final Doubts doubts;

    private final Set<Path> files = new HashSet<>();
    /** The folders of other tables that lie in those of purged ones, or the other way round. */
    private final Set<Path> folders = new HashSet<>();
    /** How far the ledger has been seen, by the number of the catalog. */
    private final Map<Integer, Long> seen = new HashMap<>();

    /**
     * Of nothing yet.
     *
     * @param purged what is purged: among what was dropped, these do not count
     * @param doubts which of them wait for a table that cannot be read
     */
    Protection(
            CatalogStore store,
            MetadataReader reader,
            FileIO io,
            LocalCleanup cleanup,
            Map<Purge, PurgedTable> purged,
            Doubts doubts) {
        this.store = store;
        this.purges = store.purges();
        this.reader = reader;
        this.io = io;
        this.cleanup = cleanup;
        this.purged = Map.copyOf(purged);
        this.doubts = doubts;
        this.roots = purged.values().stream()
                .flatMap(table -> table.roots().stream())
                .collect(Collectors.toSet());
        this.identities =
                purged.keySet().stream().map(purge -> purge.last().uuid()).collect(Collectors.toSet());
        this.excluded = purged.keySet().stream().map(Purge::change).collect(Collectors.toSet());
    }

    /** Looks at all tables. Throws {@link UnreadableTableException} if one cannot be read, so that it is not known what of some purges may be deleted. */
    void lookAtAll(Background background) {
        for (CatalogRecord catalog : purges.catalogs()) {
            seen.put(catalog.id(), store.ledger().newestChange());
        }
        // Those that exist first: one that is dropped meanwhile is found among the dropped.
        long after = 0;
        for (List<Holder> page = purges.present(after, PAGE); !page.isEmpty(); page = purges.present(after, PAGE)) {
            after = page.get(page.size() - 1).position();
            page.forEach(holder -> protect(holder, background));
        }
        for (CatalogRecord catalog : purges.catalogs()) {
            after = 0;
            for (List<Holder> page = purges.ended(catalog, after, PAGE);
                    !page.isEmpty();
                    page = purges.ended(catalog, after, PAGE)) {
                after = page.get(page.size() - 1).position();
                page.stream()
                        .filter(holder -> !excluded.contains(holder.endedBy()))
                        .forEach(holder -> protect(holder, background));
            }
        }
        lookAtTwins();
    }

    private void protect(Holder holder, Background background) {
        if (background.isClosing()) {
            throw new IllegalStateException("The server is stopping");
        }
        protect(holder.catalog(), holder.entry());
    }

    /** Looks at what other tables have become since. */
    void refresh() {
        for (CatalogRecord catalog : purges.catalogs()) {
            long after = seen.getOrDefault(catalog.id(), 0L);
            for (List<LedgerRow> rows = store.ledger().changes(catalog, after, Moment.PRESENT, PAGE);
                    !rows.isEmpty();
                    rows = store.ledger().changes(catalog, after, Moment.PRESENT, PAGE)) {
                rows.forEach(row -> protect(catalog, row));
                after = rows.get(rows.size() - 1).change();
                seen.put(catalog.id(), after);
            }
        }
    }

    private void protect(CatalogRecord catalog, LedgerRow row) {
        if (row.operation().equals(Operations.RESTORE_CATALOG)) {
            throw new IllegalStateException("Another state has taken the place of the one that was looked at");
        }
        boolean isTable = row.operation().endsWith("-table");
        if (!isTable || row.metadataLocation() == null || row.name() == null || row.uuid() == null) {
            return;
        }
        TableIdentifier name = TableIdentifier.of(row.namespace(), row.name());
        protect(catalog, new Entry(EntryKind.TABLE, name, row.uuid(), row.metadataLocation(), row.change()));
    }

    private void protect(CatalogRecord catalog, Entry entry) {
        try {
            keepAllOf(catalog, entry);
            doubts.isReadable(catalog, entry);
        } catch (RuntimeException e) {
            requireNoneWaiting(catalog, entry, e);
        }
    }

    private void requireNoneWaiting(CatalogRecord catalog, Entry unreadable, RuntimeException cause) {
        Set<Purge> waiting = doubts.waiting(catalog, unreadable, purged);
        if (!waiting.isEmpty()) {
            throw new UnreadableTableException(unreadable, waiting, cause);
        }
    }

    private void keepAllOf(CatalogRecord catalog, Entry entry) {
        Footprint footprint = new Footprint(io);
        boolean related = identities.contains(entry.uuid());
        keep(entry.metadataLocation());
        try {
            TableMetadata metadata = reader.read(entry.metadataLocation());
            footprint.add(metadata);
            related |= isNear(metadata.location());
        } catch (NotFoundException e) {
            // Nobody can read it now, but it can be put back to what it was before.
            related = true;
        }
        if (related || footprint.logged().stream().anyMatch(file -> inside(file).isPresent())) {
            purges.history(catalog, entry).forEach(earlier -> add(footprint, earlier));
        }
        keep(footprint);
    }

    /**
     * A version that is not of the purged table itself, though it has its identity: a name that was registered over the same files and shows something else
     * now still shows it in a past catalog.
     */
    private void lookAtTwins() {
        for (Purge purge : purged.keySet()) {
            String uuid = purge.last().uuid();
            Set<Entry> own = new HashSet<>(purges.history(purge.catalog(), purge.last()));
            purges.begun(purge.catalog(), uuid)
                    .forEach(begun -> own.addAll(purges.history(begun.catalog(), begun.last())));
            purged.keySet().stream()
                    .filter(other -> other.last().uuid().equals(uuid))
                    .forEach(other -> own.addAll(purges.history(other.catalog(), other.last())));
            for (Entry version : purges.versions(purge.catalog(), uuid)) {
                if (!own.contains(version)) {
                    try {
                        Footprint footprint = new Footprint(io);
                        add(footprint, version);
                        keep(footprint);
                    } catch (RuntimeException e) {
                        requireNoneWaiting(purge.catalog(), version, e);
                    }
                }
            }
        }
    }

    private void keep(Footprint footprint) {
        Consumer<String> keep = this::keep;
        footprint.logged().forEach(keep);
        footprint.manifestLists().forEach(keep);
        footprint.statistics().forEach(keep);
        footprint.manifests().forEach(keep);
        footprint.forEachContentFile(keep);
    }

    private void add(Footprint footprint, Entry version) {
        keep(version.metadataLocation());
        try {
            footprint.add(reader.read(version.metadataLocation()));
        } catch (NotFoundException e) {
            // Somebody has deleted it by hand.
        }
    }

    /** Whether a folder of a table and one of a purged table lie in each other. */
    private boolean isNear(String location) {
        Optional<Path> folder =
                cleanup.folder(location).filter(path -> roots.stream().anyMatch(root -> overlap(root, path)));
        folder.ifPresent(folders::add);
        return folder.isPresent();
    }

    private static boolean overlap(Path one, Path other) {
        return one.startsWith(other) || other.startsWith(one);
    }

    private Optional<Path> inside(String location) {
        return cleanup.file(location).filter(file -> roots.stream().anyMatch(file::startsWith));
    }

    private void keep(String location) {
        inside(location).ifPresent(files::add);
    }

    /** Whether another table names this file. */
    boolean covers(Path file) {
        return files.contains(file);
    }

    /** Whether another table stands in this folder, or this folder in that of another table. */
    boolean isShared(Path root) {
        return folders.stream().anyMatch(folder -> overlap(root, folder));
    }
}
