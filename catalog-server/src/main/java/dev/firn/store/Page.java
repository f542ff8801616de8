package dev.firn.store;

/**
 * A range of a listing that is ordered by name.
 *
 * @param after only names behind this one; empty for the first page
 * @param limit how many names at the most, at least 1
 */
public record Page(String after, int limit) {
    /** The whole listing in one page. */
    public static final Page ALL = new Page("", Integer.MAX_VALUE);

    public Page {
        if (limit < 1) {
            throw new IllegalArgumentException("A page needs room for at least one name: " + limit);
        }
    }
}
