package dev.firn.store;

import java.time.Duration;

/**
 * What is remembered of a request that carries an {@code Idempotency-Key}, so that its repetition is answered and not done again.
 *
 * @param key the key, unique in the whole state
 * @param request what tells this request from every other: a digest of who asked for what
 * @param outcome how it ended
 * @param lifetime how long it is kept at least, from when it is stored
 */
public record Receipt(String key, String request, Outcome outcome, Duration lifetime) {}
