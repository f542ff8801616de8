package dev.firn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that happen together or not at all.
 *
 * @param catalog the catalog that they change
 * @param principal who asked for them, for the ledger
 * @param changes in the order in which they are applied; at least one
 * @param files metadata files that the changes point to and that are not yet durable
 * @param receipt what is remembered of the request, as durable as the changes and only if they are made; null if it is not to be remembered
 */
public record Transaction(
        CatalogRecord catalog,
        String principal,
        List<Change> changes,
        List<NewFile> files,
        @Nullable Receipt receipt) {
    /** A transaction of which only the ledger tells. */
    public Transaction(CatalogRecord catalog, String principal, List<Change> changes, List<NewFile> files) {
        this(catalog, principal, changes, files, null);
    }

    public Transaction {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("A transaction needs at least one change");
        }
        changes = List.copyOf(changes);
        files = List.copyOf(files);
    }
}
