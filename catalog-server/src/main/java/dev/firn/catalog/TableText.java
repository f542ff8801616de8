package dev.firn.catalog;

import dev.firn.store.Difference;
import java.util.List;
import java.util.Map;

/**
 * The text of a table's metadata.
 *
 * @param json in UTF-8, not compressed; shared, not to be changed
 * @param starts for each list that is there, where its elements begin, in bytes from the beginning of the text, and then where another one would: each
 *     element ends one byte before the next begins
 * @param common the parts that are the same in the text that it was made from, in their order; none if it was made from nothing
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Compared by nobody; copied for nobody: loading a table must not copy its metadata.
public record TableText(byte[] json, Map<GrowingList, int[]> starts, List<Difference.Part> common) {}
