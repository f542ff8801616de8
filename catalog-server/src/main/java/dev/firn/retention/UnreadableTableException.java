package dev.firn.retention;

import dev.firn.store.Entry;

/** It is not known which files a table needs. */
final class UnreadableTableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableTableException(Entry table, RuntimeException cause) {
        super("cannot tell which files " + table.identifier() + " needs: " + cause.getMessage(), cause);
    }
}
