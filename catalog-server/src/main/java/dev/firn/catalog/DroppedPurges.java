package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Dropped;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Moment;
import dev.firn.store.StaleStateException;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives up tables that were dropped without a purge: from then on they are as if they had been dropped with one. Their files need not be there. */
public final class DroppedPurges {
    private static final Logger LOG = LoggerFactory.getLogger(DroppedPurges.class);

    private final CatalogStore store;

    /** Over this state. */
    public DroppedPurges(CatalogStore store) {
        this.store = store;
    }

    /**
     * Has the files of a dropped table deleted, when the time of purged tables is over; until then it can come back.
     *
     * @param name under which it was dropped
     * @param change the change that dropped it; none for the last one of this name
     * @throws NoSuchTableException if nothing of this name was dropped that can come back
     * @throws AlreadyExistsException if it is to be purged already, or the object has another name
     * @throws BadRequestException if it is no table, or the change dropped something else
     */
    public DroppedPurge purge(CatalogSession session, TableIdentifier name, OptionalLong change) {
        session.requirePresent();
        Names.require(name);
        while (true) {
            Dropped dropped = find(session, name, change);
            requireOpen(session, dropped);
            try {
                DroppedPurge purge = new DroppedPurge(dropped, Entry.NOT_NUMBERED);
                long number = store.apply(session.transaction(new Change.PurgeDropped(dropped), purge));
                return new DroppedPurge(dropped, number);
            } catch (StaleStateException e) {
                LOG.debug("Somebody came before, looking again: {}", e.getMessage());
            }
        }
    }

    private Dropped find(CatalogSession session, TableIdentifier name, OptionalLong change) {
        if (change.isEmpty()) {
            return store.dropped().newest(session.catalog(), name).orElseThrow(() -> none(session, name, change));
        }
        Dropped dropped = store.dropped()
                .one(session.catalog(), change.getAsLong())
                .orElseThrow(() -> none(session, name, change));
        if (!dropped.entry().identifier().equals(name)) {
            throw new BadRequestException(
                    "Change %s dropped %s, not %s",
                    change.getAsLong(), dropped.entry().identifier(), name);
        }
        return dropped;
    }

    private NoSuchTableException none(CatalogSession session, TableIdentifier name, OptionalLong change) {
        return store.dropped()
                .purged(session.catalog(), name, change)
                .map(purged -> new NoSuchTableException(
                        "%s %s, dropped by change %s, was purged already: its files are deleted%s",
                        purged.entry().kind().title(),
                        name,
                        purged.change(),
                        store.purges()
                                .begunAt(session.catalog(), purged.entry().uuid())
                                .map(begun -> ", since " + begun)
                                .orElse("")))
                .orElseGet(() -> unknown(session, name, change));
    }

    private NoSuchTableException unknown(CatalogSession session, TableIdentifier name, OptionalLong change) {
        if (change.isPresent()) {
            return new NoSuchTableException(
                    "Change %s dropped nothing that can be purged: %s", change.getAsLong(), name);
        }
        boolean exists = store.entry(session.catalog(), name, Moment.PRESENT).isPresent();
        return new NoSuchTableException(
                "Nothing of this name was dropped that can be purged: %s%s",
                name, exists ? "; what has this name now has not been dropped" : "");
    }

    private void requireOpen(CatalogSession session, Dropped dropped) {
        Entry last = dropped.entry();
        if (last.kind() == EntryKind.VIEW) {
            throw new BadRequestException(
                    "Only tables are purged, %s was a view (dropped by change %s)",
                    last.identifier(), dropped.change());
        }
        if (dropped.isPurged()) {
            throw new AlreadyExistsException(
                    "Table %s, dropped by change %s, is to be purged already, since %s",
                    last.identifier(), dropped.change(), dropped.purgedAt());
        }
        store.entry(session.catalog(), last.uuid(), Moment.PRESENT).ifPresent(there -> {
            throw new AlreadyExistsException(
                    "Table %s has not gone, its name is %s now", last.identifier(), there.identifier());
        });
    }
}
