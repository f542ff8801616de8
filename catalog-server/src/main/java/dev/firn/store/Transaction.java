package dev.firn.store;

import java.util.List;

/**
 * Changes that happen together or not at all.
 *
 * @param catalog the catalog that they change
 * @param principal who asked for them, for the ledger
 * @param changes in the order in which they are applied; at least one
 * @param files metadata files that the changes point to and that are not yet durable
 */
public record Transaction(CatalogRecord catalog, String principal, List<Change> changes, List<NewFile> files) {
    public Transaction {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("A transaction needs at least one change");
        }
        changes = List.copyOf(changes);
        files = List.copyOf(files);
    }
}
