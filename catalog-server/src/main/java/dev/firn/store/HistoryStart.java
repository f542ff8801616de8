package dev.firn.store;

import java.time.Instant;

/**
 * The oldest moment at which a catalog can be read, if not all of its history is kept.
 *
 * @param change the moment, as the number of a change; every change after it is kept
 * @param at when that change was made
 */
public record HistoryStart(long change, Instant at) {}
