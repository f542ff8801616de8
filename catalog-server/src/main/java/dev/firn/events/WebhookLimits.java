package dev.firn.events;

import java.time.Duration;

/**
 * How patient webhooks are.
 *
 * @param answer how long a receiver may take to answer a delivery
 * @param longestPause the longest pause before a delivery is tried again, unless the receiver asks for a longer one
 */
public record WebhookLimits(Duration answer, Duration longestPause) {}
