package dev.firn.config;

import java.time.Duration;

/**
 * How webhooks are delivered.
 *
 * @param answer how long a receiver may take to answer
 * @param longestPause the longest pause before a delivery is tried again
 */
public record WebhookSettings(Duration answer, Duration longestPause) {
    /** What is usual. */
    public static final WebhookSettings USUAL = new WebhookSettings(Duration.ofSeconds(15), Duration.ofMinutes(5));
}
