package dev.firn.config;

import java.time.Duration;

/**
 * When things end.
 *
 * @param purgeAfter how long after a table was dropped to be purged its files are deleted; until then it can come back
 */
public record RetentionSettings(Duration purgeAfter) {}
