package dev.firn.catalog;

import java.util.List;
import java.util.Map;

/**
 * The text of a table's metadata.
 *
 * @param json in UTF-8, not compressed; shared, not to be changed
 * @param starts for each list that is there, where its elements begin, in bytes from the beginning of the text, and then where another one would: each
 *     element ends one byte before the next begins
 * @param copied the parts that are the same in the text that it was made from, in their order; none if it was made from nothing
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Compared by nobody; copied for nobody: loading a table must not copy its metadata.
public record TableText(byte[] json, Map<GrowingList, int[]> starts, List<Copied> copied) {
    /**
     * A part of another text.
     *
     * @param from where it begins there, in bytes
     * @param at where it begins here
     * @param length how many bytes
     */
    public record Copied(int from, int at, int length) {}
}
