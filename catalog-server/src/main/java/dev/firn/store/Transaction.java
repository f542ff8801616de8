package dev.firn.store;

import java.util.List;

/**
 * Changes that happen together or not at all.
 *
 * @param catalog the catalog that they change
 * @param principal who asked for them, for the ledger
 * @param changes in the order in which they are applied; at least one
 */
public record Transaction(CatalogRecord catalog, String principal, List<Change> changes) {
    public Transaction {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("A transaction needs at least one change");
        }
        changes = List.copyOf(changes);
    }
}
