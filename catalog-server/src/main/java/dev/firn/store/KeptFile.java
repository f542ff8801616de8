package dev.firn.store;

import org.jspecify.annotations.Nullable;

/**
 * A {@link NewFile} that the state still keeps.
 *
 * @param id its key in the state; a later one is larger
 * @param location of the file
 * @param base the location of the file in whose place it came, where it is known by how it differs from that
 */
public record KeptFile(long id, String location, @Nullable String base) {}
