package dev.firn.store;

/**
 * The moment at which the state is read: just after a change of the ledger, or now. Every read takes one, so that a past catalog is read by the code that
 * reads the present one.
 *
 * @param change the last change that is visible
 */
public record Moment(long change) {
    /** Everything that has been acknowledged. */
    public static final Moment PRESENT = new Moment(Long.MAX_VALUE);

    /** Whether this is now, and not a moment of the past. */
    public boolean isPresent() {
        return change == Long.MAX_VALUE;
    }
}
