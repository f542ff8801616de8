package dev.firn.store;

/**
 * One catalog of this server; REST clients call it a warehouse.
 *
 * @param id its key in the state
 * @param name its name, as in {@code warehouse=main}
 */
public record CatalogRecord(int id, String name) {}
