package dev.firn.store;

/** A file is no state that this server can restore. The message says why. */
public final class NotAStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public NotAStateException(String message) {
        super(message);
    }

    /** Says why. */
    public NotAStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
