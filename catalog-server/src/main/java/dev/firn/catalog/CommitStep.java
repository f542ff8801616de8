package dev.firn.catalog;

import dev.firn.store.Change;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.warehouse.Warehouse;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What a commit is to do to one table.
 *
 * @param entry the pointer that it moves; null if the commit makes the table
 * @param present the state that it builds on; null if the commit makes the table
 * @param next the state that it makes
 * @param updates the names of its updates
 */
record CommitStep(
        TableIdentifier identifier,
        @Nullable Entry entry,
        @Nullable TableDocument present,
        TableMetadata next,
        List<String> updates) {
    boolean changesNothing() {
        return present != null && present.metadata() == next;
    }

    TableDocument presentDocument() {
        if (present == null) {
            throw new IllegalStateException("A table that is created has no present state: " + identifier);
        }
        return present;
    }

    Entry presentEntry() {
        if (entry == null) {
            throw new IllegalStateException("A table that is created has no present pointer: " + identifier);
        }
        return entry;
    }

    /** The state in whose place it puts another. */
    Optional<TableDocument> replaced() {
        return Optional.ofNullable(present);
    }

    /** The version in the name of its metadata file. */
    int version() {
        return entry == null ? 0 : Warehouse.metadataVersion(entry.metadataLocation()) + 1;
    }

    Change change(TableDocument document) {
        String location = document.metadata().metadataFileLocation();
        return entry == null
                ? new Change.CreateEntry(EntryKind.TABLE, identifier, next.uuid(), location, Change.Origin.CREATED)
                : new Change.MoveEntry(entry, next.uuid(), location, updates);
    }

    /** The pointer that it makes, before it is durable. */
    Entry made(TableDocument document) {
        return new Entry(
                EntryKind.TABLE,
                identifier,
                next.uuid(),
                document.metadata().metadataFileLocation(),
                Entry.NOT_NUMBERED);
    }
}
