package dev.firn.store;

/**
 * A {@link NewFile} that the state still keeps.
 *
 * @param id its key in the state; a later one is larger
 * @param location of the file
 */
public record KeptFile(long id, String location) {}
