package dev.firn.catalog;

/**
 * Iceberg's own rules refuse what a client wants to make. Told as an {@code IllegalArgumentException}, which Iceberg's clients throw again with its message, as
 * they would without a server between; one from inside this server is another matter.
 */
public final class InvalidDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Told with the words of the cause. */
    public InvalidDefinitionException(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }
}
