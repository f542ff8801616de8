package dev.firn.security;

/**
 * Who calls.
 *
 * @param name as it stands in the ledger
 */
public record Principal(String name) {
    /** Whoever reaches a server that asks nobody who they are. */
    public static final Principal ANONYMOUS = new Principal("anonymous");
}
