package dev.firn.conformance.roundtrip;

/**
 * One update before it is known what it is applied to.
 *
 * @param kind which sort of update, as an index into those that there are
 * @param seed of the choices within it
 */
record Step(int kind, long seed) {}
