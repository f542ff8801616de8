package dev.firn.catalog;

import dev.firn.store.Entry;

/**
 * What has been given back.
 *
 * @param entry what the name points to now
 * @param change the ledger's number of the change that did it; {@link Entry#NOT_NUMBERED} before it is made
 */
public record Recovered(Entry entry, long change) {
    /** What is given back when the change is made. */
    static Recovered before(Entry entry) {
        return new Recovered(entry, Entry.NOT_NUMBERED);
    }

    /** The same when it is. */
    Recovered by(long number) {
        return new Recovered(
                new Entry(entry.kind(), entry.identifier(), entry.uuid(), entry.metadataLocation(), number), number);
    }

    /** Whether the change is still to be made. */
    public boolean isBefore() {
        return change == Entry.NOT_NUMBERED;
    }
}
