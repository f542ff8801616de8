package dev.firn.store;

import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One version of a name: from the change that made it until the change that ended it, this name pointed here.
 *
 * @param kind table or view
 * @param identifier the full name
 * @param uuid the identity of the object, which survives a rename
 * @param metadataLocation the metadata file that is the object's state
 * @param fromChange the ledger's number of the change that made this version; {@link #NOT_NUMBERED} before it is durable
 */
public record Entry(EntryKind kind, TableIdentifier identifier, String uuid, String metadataLocation, long fromChange) {
    /** In place of a number that is given only when the version becomes durable. */
    public static final long NOT_NUMBERED = -1;
}
