package dev.firn.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When things end.
 *
 * @param purgeAfter how long after a table was dropped to be purged its files are deleted; until then it can come back
 * @param keepHistory how long what was before can be read; null for ever
 */
public record RetentionSettings(
        Duration purgeAfter, @Nullable Duration keepHistory) {
    /** What is usual: a week for what was purged, all history. */
    public static final RetentionSettings USUAL = new RetentionSettings(Duration.ofDays(7), null);
}
