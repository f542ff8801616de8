package dev.firn.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A table or view that was dropped and can come back.
 *
 * @param entry what the name pointed to at the end
 * @param change the ledger's number of the change that dropped it
 * @param at when that was
 * @param principal who dropped it
 * @param purgedAt since when its files are to be deleted, by the drop or as it was asked for later: then it can come back as long as that has not begun; null if they are to stay
 */
public record Dropped(
        Entry entry,
        long change,
        Instant at,
        String principal,
        @Nullable Instant purgedAt) {
    /** Whether its files are to be deleted. */
    public boolean isPurged() {
        return purgedAt != null;
    }
}
