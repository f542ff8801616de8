package dev.firn.catalog;

import dev.firn.store.HistoryStart;

/** Changes that somebody asks for are no longer kept. */
public final class HistoryEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HistoryEndedException(long after, HistoryStart start) {
        super("The changes after %d are no longer all kept; the oldest that can be asked for is after=%d (%s)"
                .formatted(after, start.change(), start.at()));
    }
}
