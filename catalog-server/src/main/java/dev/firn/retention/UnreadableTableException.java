package dev.firn.retention;

import dev.firn.store.Entry;
import dev.firn.store.Purge;
import java.util.Set;

/** It is not known which files a table needs, so purges wait. */
final class UnreadableTableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Set<Purge> waiting;

    /** {@code waiting} are the purges that wait for it. */
    UnreadableTableException(Entry table, Set<Purge> waiting, RuntimeException cause) {
        super("cannot tell which files " + table.identifier() + " needs: " + cause.getMessage(), cause);
        this.waiting = waiting;
    }

    Set<Purge> waiting() {
        return waiting;
    }
}
