package dev.firn.catalog;

/** There is no function of this name. */
public final class NoSuchFunctionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the function. */
    public NoSuchFunctionException(String function) {
        super("Function does not exist: " + function);
    }
}
