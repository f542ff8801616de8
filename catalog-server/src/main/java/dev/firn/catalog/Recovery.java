package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Dropped;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Moment;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.StaleStateException;
import dev.firn.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back tables and views that were dropped: the same object, with its history, where its last metadata file left it. */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final TableDocuments tables;
    private final ViewDocuments views;

    /** Over this state, with files in this warehouse. */
    public Recovery(CatalogStore store, Warehouse warehouse, TableDocuments tables, ViewDocuments views) {
        this.store = store;
        this.warehouse = warehouse;
        this.tables = tables;
        this.views = views;
    }

    /**
     * What was dropped and can come back, what was dropped last first.
     *
     * @param before only what was dropped before this change
     * @param limit at most so many
     * @throws BadRequestException if this is a past catalog: nothing comes back in it
     */
    public List<Dropped> dropped(CatalogSession session, long before, int limit) {
        if (!session.moment().isPresent()) {
            throw new BadRequestException(
                    "What can come back is to be asked of catalog %s, not of its past: %s",
                    session.catalog().name(), session.name());
        }
        return store.dropped().before(session.catalog(), before, limit);
    }

    /**
     * Brings back what was dropped, purged as well as long as the deletion of its files has not begun.
     *
     * @throws NoSuchTableException if nothing of this name was dropped that can come back
     * @throws AlreadyExistsException if the name is taken, or the object has another name already
     * @throws NoSuchNamespaceException if the namespace does not exist any more
     * @throws NotFoundException if its files are gone
     * @throws ServiceFailureException if its metadata file is damaged
     */
    public Recovered undrop(CatalogSession session, Undrop undrop) {
        session.requirePresent();
        TableIdentifier destination = undrop.destination();
        Names.require(undrop.name());
        Names.require(destination);
        while (true) {
            Dropped dropped = find(session, undrop);
            Entry last = dropped.entry();
            requireFree(session, destination);
            requireFiles(last);
            store.entry(session.catalog(), last.uuid(), Moment.PRESENT).ifPresent(there -> {
                throw new AlreadyExistsException(
                        "%s %s has not gone, its name is %s now",
                        last.kind().title(), last.identifier(), there.identifier());
            });
            List<Change> changes = new ArrayList<>(missingNamespaces(session, undrop, dropped));
            changes.add(new Change.UndropEntry(dropped, destination));
            try {
                Recovered recovered = Recovered.before(
                        new Entry(last.kind(), destination, last.uuid(), last.metadataLocation(), Entry.NOT_NUMBERED));
                return recovered.by(store.apply(session.transaction(changes, List.of(), recovered)));
            } catch (StaleStateException | AlreadyExistsException e) {
                LOG.debug("Somebody came before, looking again: {}", e.getMessage());
            } catch (NoSuchNamespaceException e) {
                if (!undrop.createNamespace()) {
                    throw e;
                }
                LOG.debug("It was there a moment ago, and is to be made now: {}", e.getMessage());
            }
        }
    }

    private Dropped find(CatalogSession session, Undrop undrop) {
        TableIdentifier name = undrop.name();
        if (undrop.change().isEmpty()) {
            return store.dropped()
                    .newest(session.catalog(), name)
                    .orElseThrow(() ->
                            new NoSuchTableException("Nothing of this name was dropped that can come back: %s", name));
        }
        long change = undrop.change().getAsLong();
        Dropped dropped = store.dropped()
                .one(session.catalog(), change)
                .orElseThrow(() -> new NoSuchTableException("Change %s dropped nothing that can come back", change));
        if (!dropped.entry().identifier().equals(name)) {
            throw new BadRequestException(
                    "Change %s dropped %s, not %s", change, dropped.entry().identifier(), name);
        }
        return dropped;
    }

    private void requireFree(CatalogSession session, TableIdentifier destination) {
        store.entry(session.catalog(), destination, Moment.PRESENT).ifPresent(taken -> {
            throw new AlreadyExistsException(
                    "%s already exists: %s; it can come back under another name",
                    taken.kind().title(), destination);
        });
    }

    /** What is cached is not asked: the files may have been deleted by hand. */
    private void requireFiles(Entry last) {
        try {
            if (last.kind() == EntryKind.VIEW) {
                views.parse(last.metadataLocation());
                return;
            }
            Snapshot snapshot = tables.parse(last.metadataLocation()).metadata().currentSnapshot();
            String manifests = snapshot == null ? null : snapshot.manifestListLocation();
            if (manifests != null && warehouse.isGone(manifests)) {
                warehouse.files().requireNotAway(manifests);
                throw new NotFoundException("File does not exist: %s", manifests);
            }
        } catch (NotFoundException e) {
            warehouse.files().requireNotAway(last.metadataLocation());
            throw new NotFoundException(
                    e,
                    "%s %s cannot come back, its files are gone: %s",
                    last.kind().title(),
                    last.identifier(),
                    e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ServiceFailureException(
                    e,
                    "%s %s cannot come back until its metadata file is mended: %s",
                    last.kind().title(),
                    last.identifier(),
                    e.getMessage());
        }
    }

    private List<Change> missingNamespaces(CatalogSession session, Undrop undrop, Dropped dropped) {
        Namespace namespace = undrop.destination().namespace();
        List<Change> missing = new ArrayList<>();
        for (int length = 1; length <= namespace.length(); length++) {
            Namespace level = Namespace.of(Arrays.copyOf(namespace.levels(), length));
            if (store.namespace(session.catalog(), level, Moment.PRESENT).isEmpty()) {
                Map<String, String> properties = store.namespace(session.catalog(), level, new Moment(dropped.change()))
                        .map(NamespaceVersion::properties)
                        .orElse(Map.of());
                missing.add(new Change.CreateNamespace(level, properties));
            }
        }
        if (!missing.isEmpty() && !undrop.createNamespace()) {
            throw new NoSuchNamespaceException(
                    "Namespace does not exist: %s; it can be made with it (create-namespace)", namespace);
        }
        return missing;
    }
}
