package dev.firn.store;

/**
 * A metadata file that only versions pointed to which are no longer kept.
 *
 * @param catalog the catalog of its table or view
 * @param uuid the identity of its table or view
 * @param location of the file
 * @param ours whether the server wrote it for this table or view, and so may delete it
 */
public record FormerFile(CatalogRecord catalog, String uuid, String location, boolean ours) {}
