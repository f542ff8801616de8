package dev.firn.security;

/**
 * What a token lets somebody do.
 *
 * @param client the client that asked for it
 * @param principal for whom it acts, as it stands in the ledger
 * @param scope as in OAuth2; tells nothing yet, but comes back as it was asked for
 * @param secret stands for the secret that the client has, and tells nothing of it
 */
public record Grant(String client, Principal principal, String scope, String secret) {}
