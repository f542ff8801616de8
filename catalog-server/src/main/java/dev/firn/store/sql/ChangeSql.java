package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Change;
import dev.firn.store.Dropped;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Moment;
import dev.firn.store.StaleStateException;
import dev.firn.store.Transaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Applies the changes of one transaction: for each, the rows that it ends and begins, and its row of the ledger. */
final class ChangeSql {
    private final Handle handle;
    private final PresentVersions present;
    private final Transaction transaction;
    private final CatalogRecord catalog;
    private final long first;
    private final long changedAt;
    private long last;

    /**
     * Begins a transaction behind a position of the ledger.
     *
     * @param now milliseconds since 1970; a clock that went backwards does not take the ledger with it
     */
    ChangeSql(Handle handle, PresentVersions present, Transaction transaction, LedgerSql.Position newest, long now) {
        this.handle = handle;
        this.present = present;
        this.transaction = transaction;
        this.catalog = transaction.catalog();
        this.first = newest.change() + 1;
        this.last = newest.change();
        this.changedAt = Math.max(now, newest.changedAt());
    }

    /** Applies all, and tells where the ledger stands then. */
    LedgerSql.Position applyAll() {
        for (Change change : transaction.changes()) {
            apply(change);
        }
        return new LedgerSql.Position(last, changedAt);
    }

    private void apply(Change change) {
        if (change instanceof Change.MoveEntry move) {
            if (move.isRegistration() || !move.uuid().equals(move.expected().uuid())) {
                PurgeSql.requireStaying(handle, move.uuid(), move.metadataLocation());
            }
            move(move, move.expected(), move.uuid(), move.metadataLocation(), Map.of("updates", move.updates()));
        } else if (change instanceof Change.RestoreEntry restore) {
            PurgeSql.requireStaying(handle, restore.expected().uuid(), restore.metadataLocation());
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("moment", restore.moment().change());
            if (restore.isRegistration()) {
                // As that of a commit which registers: by it is known whose the file is.
                detail.put("updates", List.of("register"));
            }
            move(restore, restore.expected(), restore.expected().uuid(), restore.metadataLocation(), detail);
        } else if (change instanceof Change.RequireEntry require) {
            requireUnchanged(require.expected());
        } else if (change instanceof Change.CreateEntry create) {
            create(create);
        } else if (change instanceof Change.DropEntry drop) {
            drop(drop);
        } else if (change instanceof Change.UndropEntry undrop) {
            undrop(undrop);
        } else if (change instanceof Change.PurgeDropped purge) {
            purge(purge);
        } else if (change instanceof Change.RenameEntry rename) {
            rename(rename);
        } else if (change instanceof Change.CreateNamespace create) {
            createNamespace(create);
        } else if (change instanceof Change.SetNamespaceProperties set) {
            setProperties(set);
        } else if (change instanceof Change.DropNamespace drop) {
            dropNamespace(drop);
        } else {
            throw new IllegalArgumentException("Unknown change: " + change);
        }
    }

    private void move(Change change, Entry expected, String uuid, String metadataLocation, Map<String, ?> detail) {
        TableIdentifier identifier = expected.identifier();
        long number = append(change, identifier.namespace(), identifier.name(), uuid, detail);
        if (!EntrySql.end(handle, present, catalog, expected, number)) {
            throw new StaleStateException(expected.kind().title() + " has changed: " + identifier);
        }
        EntrySql.begin(
                handle, present, catalog, new Entry(expected.kind(), identifier, uuid, metadataLocation, number));
    }

    private void requireUnchanged(Entry expected) {
        TableIdentifier identifier = expected.identifier();
        boolean unchanged = EntrySql.find(handle, catalog, identifier, Moment.PRESENT)
                .filter(entry -> entry.metadataLocation().equals(expected.metadataLocation()))
                .isPresent();
        if (!unchanged) {
            throw new StaleStateException(expected.kind().title() + " has changed: " + identifier);
        }
    }

    private void create(Change.CreateEntry create) {
        TableIdentifier identifier = create.identifier();
        requireFree(identifier);
        requireNamespace(identifier.namespace());
        if (create.origin() == Change.Origin.REGISTERED) {
            PurgeSql.requireStaying(handle, create.uuid(), create.metadataLocation());
        }
        present.hideListing(catalog, identifier.namespace());
        long number = append(create, identifier.namespace(), identifier.name(), create.uuid(), Map.of());
        EntrySql.begin(
                handle,
                present,
                catalog,
                new Entry(create.kind(), identifier, create.uuid(), create.metadataLocation(), number));
    }

    private void drop(Change.DropEntry drop) {
        TableIdentifier identifier = drop.identifier();
        Entry entry = require(drop.kind(), identifier);
        if (drop.expected() != null && !drop.expected().metadataLocation().equals(entry.metadataLocation())) {
            throw new StaleStateException(entry.kind().title() + " has changed: " + identifier);
        }
        present.hideListing(catalog, identifier.namespace());
        long number = append(drop, identifier.namespace(), identifier.name(), entry.uuid(), Map.of());
        EntrySql.end(handle, present, catalog, entry, number);
    }

    private void undrop(Change.UndropEntry undrop) {
        TableIdentifier identifier = undrop.identifier();
        Entry last = undrop.dropped().entry();
        requireFree(identifier);
        requireNamespace(identifier.namespace());
        if (!DroppedSql.isDropped(handle, undrop.dropped().change(), last.uuid())
                || !DroppedSql.settle(handle, undrop.dropped().change(), DroppedSql.UNDROPPED)) {
            throw new StaleStateException(last.kind().title() + " can come back no more: " + last.identifier());
        }
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("dropped", undrop.dropped().change());
        if (!identifier.equals(last.identifier())) {
            detail.put(
                    "dropped-as",
                    Map.of(
                            "namespace",
                            last.identifier().namespace().levels(),
                            "name",
                            last.identifier().name()));
        }
        present.hideListing(catalog, identifier.namespace());
        long number = append(undrop, identifier.namespace(), identifier.name(), last.uuid(), detail);
        EntrySql.begin(
                handle,
                present,
                catalog,
                new Entry(last.kind(), identifier, last.uuid(), last.metadataLocation(), number));
    }

    private void purge(Change.PurgeDropped purge) {
        Dropped dropped = purge.dropped();
        Entry last = dropped.entry();
        if (!DroppedSql.requestPurge(handle, catalog, dropped, changedAt)) {
            throw new StaleStateException(
                    last.kind().title() + " has come back, or is to be purged already: " + last.identifier());
        }
        append(
                purge,
                last.identifier().namespace(),
                last.identifier().name(),
                last.uuid(),
                Map.of("dropped", dropped.change()));
    }

    private void rename(Change.RenameEntry rename) {
        TableIdentifier source = rename.source();
        TableIdentifier destination = rename.destination();
        Entry entry = require(rename.kind(), source);
        requireNamespace(destination.namespace());
        EntrySql.find(handle, catalog, destination, Moment.PRESENT).ifPresent(taken -> {
            throw new AlreadyExistsException(
                    "Cannot rename %s to %s. %s already exists",
                    source, destination, taken.kind().title());
        });
        Map<String, ?> detail = Map.of(
                "destination", Map.of("namespace", destination.namespace().levels(), "name", destination.name()));
        present.hideListing(catalog, source.namespace());
        present.hideListing(catalog, destination.namespace());
        long number = append(rename, source.namespace(), source.name(), entry.uuid(), detail);
        EntrySql.end(handle, present, catalog, entry, number);
        EntrySql.begin(
                handle,
                present,
                catalog,
                new Entry(entry.kind(), destination, entry.uuid(), entry.metadataLocation(), number));
    }

    private void createNamespace(Change.CreateNamespace create) {
        Namespace namespace = create.namespace();
        if (NamespaceSql.find(handle, catalog, namespace, Moment.PRESENT).isPresent()) {
            throw new AlreadyExistsException("Namespace already exists: %s", namespace);
        }
        createParents(Rows.parent(namespace));
        present.hideListing(catalog, Rows.parent(namespace));
        long number = append(create, namespace, null, null, Map.of());
        NamespaceSql.begin(handle, present, catalog, namespace, create.properties(), number);
    }

    private void createParents(Namespace namespace) {
        if (namespace.isEmpty()
                || NamespaceSql.find(handle, catalog, namespace, Moment.PRESENT).isPresent()) {
            return;
        }
        createParents(Rows.parent(namespace));
        Change.CreateNamespace create = new Change.CreateNamespace(namespace, Map.of());
        present.hideListing(catalog, Rows.parent(namespace));
        long number = append(create, namespace, null, null, Map.of());
        NamespaceSql.begin(handle, present, catalog, namespace, Map.of(), number);
    }

    private void setProperties(Change.SetNamespaceProperties set) {
        Namespace namespace = set.expected().namespace();
        boolean asExpected = NamespaceSql.find(handle, catalog, namespace, Moment.PRESENT)
                .filter(version -> version.fromChange() == set.expected().fromChange())
                .isPresent();
        if (!asExpected) {
            throw new StaleStateException("Namespace has changed: " + namespace);
        }
        long number = append(set, namespace, null, null, Map.of());
        NamespaceSql.end(handle, present, catalog, namespace, number);
        NamespaceSql.begin(handle, present, catalog, namespace, set.properties(), number);
    }

    private void dropNamespace(Change.DropNamespace drop) {
        Namespace namespace = drop.namespace();
        requireNamespace(namespace);
        if (NamespaceSql.holdsAnything(handle, catalog, namespace)) {
            throw new NamespaceNotEmptyException("Namespace is not empty: %s", namespace);
        }
        present.hideListing(catalog, namespace);
        present.hideListing(catalog, Rows.parent(namespace));
        long number = append(drop, namespace, null, null, Map.of());
        NamespaceSql.end(handle, present, catalog, namespace, number);
    }

    private void requireNamespace(Namespace namespace) {
        if (!NamespaceSql.exists(handle, catalog, namespace)) {
            throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
        }
    }

    private void requireFree(TableIdentifier identifier) {
        EntrySql.find(handle, catalog, identifier, Moment.PRESENT).ifPresent(taken -> {
            throw new AlreadyExistsException(
                    "%s already exists: %s", taken.kind().title(), identifier);
        });
    }

    private Entry require(EntryKind kind, TableIdentifier identifier) {
        return EntrySql.find(handle, catalog, identifier, Moment.PRESENT)
                .filter(entry -> entry.kind() == kind)
                .orElseThrow(() -> kind == EntryKind.TABLE
                        ? new NoSuchTableException("Table does not exist: %s", identifier)
                        : new NoSuchViewException("View does not exist: %s", identifier));
    }

    private long append(
            Change change, Namespace namespace, @Nullable String name, @Nullable String uuid, Map<String, ?> detail) {
        last++;
        LedgerSql.append(
                handle,
                catalog,
                transaction.principal(),
                new LedgerSql.Row(last, first, changedAt, change.operation(), namespace, name, uuid, detail));
        return last;
    }
}
