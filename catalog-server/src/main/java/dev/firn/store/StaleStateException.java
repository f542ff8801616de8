package dev.firn.store;

/** What a change expected of the state is no longer so: read again, apply again. Nothing was changed. */
public final class StaleStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Tells what was expected, with its name. */
    public StaleStateException(String message) {
        // Thrown on every lost race: the stack says nothing that the message does not.
        super(message, null, false, false);
    }
}
