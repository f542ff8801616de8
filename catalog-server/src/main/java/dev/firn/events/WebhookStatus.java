package dev.firn.events;

import dev.firn.store.Webhook;

/**
 * A webhook and how it goes.
 *
 * @param position the last change that it has been told, or did not want
 * @param behind how many changes came after that one
 * @param progress how its deliveries go
 */
public record WebhookStatus(Webhook webhook, long position, long behind, Progress progress) {}
