package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Dropped;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Moment;
import dev.firn.store.NewFile;
import dev.firn.store.StaleStateException;
import dev.firn.warehouse.Warehouse;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts tables and views back to what they were at a moment of the past, as a new change: what came since stays in the ledger. */
public final class Restores {
    private static final Logger LOG = LoggerFactory.getLogger(Restores.class);
    private static final int MOST_ATTEMPTS = 100;

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final TableDocuments tables;
    private final ViewDocuments views;
    private final CommitLocks locks;
    private final DeletionLock deletions;
    private final Moments moments;

    /** Over this state, with files in this warehouse; waits for commits at the same locks as they do for each other, and nothing is deleted meanwhile. */
    Restores(
            CatalogStore store,
            Warehouse warehouse,
            TableDocuments tables,
            ViewDocuments views,
            CommitLocks locks,
            DeletionLock deletions) {
        this.store = store;
        this.warehouse = warehouse;
        this.tables = tables;
        this.views = views;
        this.locks = locks;
        this.deletions = deletions;
        this.moments = new Moments(store.ledger(), Clock.systemUTC());
    }

    /**
     * Puts a table or view back. It is known by its identity: it may have had another name then. If it was then what it is now, nothing changes.
     *
     * @param at the moment, as in {@link Catalogs#open}: a date, a time or {@code change:} and a number
     * @return the present version of the name and the change that made it
     * @throws NoSuchTableException if it is not there now, or was not there then
     * @throws NotFoundException if files of that state are gone
     * @throws org.apache.iceberg.exceptions.BadRequestException if nobody could read the table with what it has got since: partition specs that do not fit its schema then
     */
    public Recovered restore(CatalogSession session, TableIdentifier identifier, String at) {
        session.requirePresent();
        Names.require(identifier);
        Moment moment = moments.resolve(session.catalog(), at);
        return deletions.withoutDeletions(() -> restore(session, identifier, moment));
    }

    private Recovered restore(CatalogSession session, TableIdentifier identifier, Moment moment) {
        try (CommitLocks.Held held = locks.acquire(session.catalog(), List.of(identifier))) {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                Entry present = present(session, identifier, moment);
                Entry then = then(session, present, moment);
                try {
                    return present.kind() == EntryKind.TABLE
                            ? restoreTable(session, present, then, moment)
                            : restoreView(session, present, then, moment);
                } catch (StaleStateException e) {
                    LOG.debug("Lost a race, trying again: {}", e.getMessage());
                }
            }
        }
        throw new CommitFailedException("Changes too often: %s", identifier);
    }

    private Entry present(CatalogSession session, TableIdentifier identifier, Moment moment) {
        return store.entry(session.catalog(), identifier, Moment.PRESENT)
                .orElseThrow(() -> store.entry(session.catalog(), identifier, moment)
                        .map(gone -> new NoSuchTableException(
                                "%s was %s: %s", gone.kind().title(), whatBecameOf(session, gone), identifier))
                        .orElseGet(() -> new NoSuchTableException("Table or view does not exist: %s", identifier)));
    }

    /** Of what had this name, and not only whether it can be brought back: that cannot be done with files that are gone. */
    private String whatBecameOf(CatalogSession session, Entry gone) {
        Optional<Entry> renamed = store.entry(session.catalog(), gone.uuid(), Moment.PRESENT);
        if (renamed.isPresent()) {
            return "dropped or renamed since, its name is %s now"
                    .formatted(renamed.get().identifier());
        }
        Optional<Dropped> dropped = store.dropped()
                .newest(session.catalog(), gone.identifier())
                .filter(found -> found.entry().uuid().equals(gone.uuid()));
        if (dropped.isPresent()) {
            String last = dropped.get().entry().metadataLocation();
            if (warehouse.isGone(last) && !warehouse.files().isAway(last)) {
                return "dropped since, and cannot be brought back as its files are gone (%s)".formatted(last);
            }
            return dropped.get().isPurged()
                    ? "dropped since, to be purged, and can be brought back (undrop) until its files are deleted"
                    : "dropped since, and can be brought back (undrop)";
        }
        return store.purges()
                .begunAt(session.catalog(), gone.uuid())
                .map("purged since, and cannot be brought back as its files are deleted since %s"::formatted)
                .orElse("dropped or renamed since; what was dropped can be brought back (undrop)");
    }

    private Entry then(CatalogSession session, Entry present, Moment moment) {
        return store.entry(session.catalog(), present.identifier(), moment)
                .filter(then -> then.uuid().equals(present.uuid()))
                .or(() -> store.entry(session.catalog(), present.uuid(), moment))
                .orElseThrow(() -> new NoSuchTableException(
                        "%s did not exist then, or was another one: %s at change %s",
                        present.kind().title(), present.identifier(), moment.change()));
    }

    private Recovered restoreTable(CatalogSession session, Entry present, Entry then, Moment moment) {
        if (present.metadataLocation().equals(then.metadataLocation())) {
            return unchanged(session, present);
        }
        TableDocument document;
        try {
            document = tables.read(present);
        } catch (ServiceFailureException e) {
            if (!isLost(present, e)) {
                throw e;
            }
            tableThen(then);
            return putBack(session, present, then, moment, e);
        }
        TableMetadata asThen = new TableAsThen(document, tableThen(then), warehouse).metadata();
        if (asThen == document.metadata()) {
            return unchanged(session, present);
        }
        TableMetadata next = tables.asRead(document, asThen);
        warehouse.requireInside(next.location());
        warehouse.requireInside(next.properties());
        warehouse.prepare(next.location());
        Written<TableDocument> written = tables.write(next, version(present), null);
        String location = written.document().metadata().metadataFileLocation();
        Recovered recovered = apply(
                session,
                new Change.RestoreEntry(present, location, moment),
                written.files(),
                () -> tables.discard(written.document()));
        tables.remember(written.document());
        return recovered;
    }

    /** Nothing can be built on the present file, and nothing in it be lost: what has the name is what it was then, by the very file. */
    private Recovered putBack(
            CatalogSession session, Entry present, Entry then, Moment moment, ServiceFailureException cause) {
        LOG.warn(
                "{} is put back to {}, as its present state cannot be read: {}",
                present.identifier(),
                then.metadataLocation(),
                cause.getMessage());
        Change.RestoreEntry change = Change.RestoreEntry.registration(present, then.metadataLocation(), moment);
        return apply(session, change, List.of(), () -> {});
    }

    /** Missing or damaged, and not only out of reach, as it is where a disk fails or is not mounted: what can be read again later is to be built on. */
    private boolean isLost(Entry present, ServiceFailureException e) {
        return !(e.getCause() instanceof UncheckedIOException)
                && !warehouse.files().isAway(present.metadataLocation());
    }

    private Recovered restoreView(CatalogSession session, Entry present, Entry then, Moment moment) {
        if (present.metadataLocation().equals(then.metadataLocation())) {
            return unchanged(session, present);
        }
        ViewMetadata base;
        try {
            base = views.read(present.metadataLocation()).metadata();
        } catch (ServiceFailureException e) {
            if (!isLost(present, e)) {
                throw e;
            }
            viewThen(then);
            return putBack(session, present, then, moment, e);
        }
        ViewMetadata next = asThen(base, viewThen(then));
        if (next == base) {
            return unchanged(session, present);
        }
        warehouse.requireInside(next.location());
        warehouse.requireInside(next.properties());
        Written<ViewDocument> written = views.write(next, version(present));
        String location = written.document().metadata().metadataFileLocation();
        Recovered recovered = apply(
                session,
                new Change.RestoreEntry(present, location, moment),
                written.files(),
                () -> views.discard(written.document()));
        views.remember(written.document());
        return recovered;
    }

    /** It is what it was then. Throws {@link NotFoundException} if that can be read no more. */
    private Recovered unchanged(CatalogSession session, Entry present) {
        requireFile(present);
        Recovered recovered = new Recovered(present, present.fromChange());
        session.receipt(recovered).ifPresent(store::remember);
        return recovered;
    }

    private TableDocument tableThen(Entry then) {
        requireFile(then);
        return tables.read(then);
    }

    private ViewMetadata viewThen(Entry then) {
        requireFile(then);
        return views.read(then.metadataLocation()).metadata();
    }

    private void requireFile(Entry then) {
        if (!warehouse.files().exists(then.metadataLocation())) {
            warehouse.files().requireNotAway(then.metadataLocation());
            throw new NotFoundException("The state then is no longer kept: %s", then.metadataLocation());
        }
    }

    /** The present state with what the other one said; {@code base} itself if it says that already. */
    private static ViewMetadata asThen(ViewMetadata base, ViewMetadata old) {
        // Iceberg's builder refuses a version that lacks a dialect of the present one, unless the view allows it.
        ViewMetadata versioned = ViewMetadata.buildFrom(base)
                .setProperties(Map.of(ViewProperties.REPLACE_DROP_DIALECT_ALLOWED, "true"))
                .setCurrentVersion(old.currentVersion(), old.schema())
                .setLocation(old.location())
                .build();
        Set<String> added = new HashSet<>(versioned.properties().keySet());
        added.removeAll(old.properties().keySet());
        ViewMetadata next = ViewMetadata.buildFrom(versioned)
                .removeProperties(added)
                .setProperties(old.properties())
                .build();
        boolean isSame = next.currentVersionId() == base.currentVersionId()
                && next.location().equals(base.location())
                && next.properties().equals(base.properties());
        return isSame ? base : next;
    }

    private Recovered apply(CatalogSession session, Change.RestoreEntry change, List<NewFile> files, Runnable discard) {
        Entry present = change.expected();
        Recovered recovered = Recovered.before(new Entry(
                present.kind(), present.identifier(), present.uuid(), change.metadataLocation(), Entry.NOT_NUMBERED));
        try {
            return recovered.by(store.apply(session.transaction(List.of(change), files, recovered)));
        } catch (CommitStateUnknownException e) {
            // The pointer may name the file: it stays.
            throw e;
        } catch (RuntimeException e) {
            discard.run();
            throw e;
        }
    }

    private static int version(Entry present) {
        return Warehouse.metadataVersion(present.metadataLocation()) + 1;
    }
}
