package dev.firn.conformance.harness;

/** The connection failed before an answer was read: whether the request took effect is unknown. */
public final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Wraps what the connection reported. */
    public NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
