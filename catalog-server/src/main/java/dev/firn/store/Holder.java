package dev.firn.store;

/**
 * A version of a table or view whose files have to stay: it is the present one, or can be read or come back, or was given to another catalog.
 *
 * @param position where it stands in the order in which holders are read
 * @param catalog the catalog that it is or was in
 * @param entry its name and pointer, now or at the end
 * @param endedBy the change that ended it; 0 if it is the present one
 */
public record Holder(long position, CatalogRecord catalog, Entry entry, long endedBy) {}
