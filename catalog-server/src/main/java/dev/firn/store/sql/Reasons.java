package dev.firn.store.sql;

/** What the database said when something failed. */
final class Reasons {
    private Reasons() {}

    /** The words at the root of a failure: what is above it repeats them, with statements and values that are not for everybody. */
    static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        // The driver says only this when a page that a statement needs next cannot be read.
        return message.equals("statement is not executing")
                ? "it failed in the middle of a statement; firn doctor tells whether it is damaged"
                : message;
    }
}
