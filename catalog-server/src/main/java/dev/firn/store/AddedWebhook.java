package dev.firn.store;

/**
 * A webhook that was just made.
 *
 * @param position the change behind which it begins
 * @param behind how many changes there are after that one
 */
public record AddedWebhook(Webhook webhook, long position, long behind) {}
