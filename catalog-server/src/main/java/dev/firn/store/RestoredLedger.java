package dev.firn.store;

/**
 * What the ledger will be after a restore.
 *
 * @param newest where it will stand
 * @param keptUntil the newest change that is still true for those who were told of all before
 */
public record RestoredLedger(NamedFiles.Mark newest, long keptUntil) {}
