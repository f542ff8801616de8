package dev.firn.store;

/**
 * A table whose files have to stay: it exists, or was dropped and can come back, or was given to another catalog.
 *
 * @param position where it stands in the order in which holders are read
 * @param catalog the catalog that it is or was in
 * @param entry its name and pointer, now or at the end
 * @param endedBy the change that dropped it; 0 if it exists
 */
public record Holder(long position, CatalogRecord catalog, Entry entry, long endedBy) {}
