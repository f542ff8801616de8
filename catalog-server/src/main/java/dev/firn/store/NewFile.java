package dev.firn.store;

/**
 * A metadata file that a transaction points to and that is written, but not yet safe from a power cut. Its content rides in the transaction, so that one
 * wait for the disk makes both durable; it leaves the state when the file itself is safe.
 *
 * @param location of the file
 * @param content of the file
 */
public record NewFile(String location, KeptContent content) {}
