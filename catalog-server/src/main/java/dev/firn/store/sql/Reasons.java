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
        return String.valueOf(root.getMessage());
    }
}
