package dev.firn.scan;

import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a manifest a scan wants.
 *
 * @param count how many
 * @param positions where they stand in the manifest; null for the first {@code count} of it
 * @param sureRows how many rows they hold that match and are not deleted, as far as that is known without reading them
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Shared with nobody; a list of boxed numbers would take four times the memory.
record Matches(int count, int @Nullable [] positions, long sureRows) {
    /** Looks at the files of a manifest, and at no more once {@code minRows} rows surely match. */
    static Matches of(List<DataFile> files, SpecFilter filter, DeleteIndex deletes, long minRows) {
        int[] found = new int[files.size()];
        int count = 0;
        long rows = 0;
        for (int position = 0; position < found.length && rows < minRows; position++) {
            DataFile file = files.get(position);
            if (filter.mayMatch(file)) {
                found[count++] = position;
                if (minRows < Long.MAX_VALUE
                        && filter.surelyMatches(file)
                        && deletes.of(file).isEmpty()) {
                    rows += file.recordCount();
                }
            }
        }
        boolean first = count == 0 || found[count - 1] == count - 1;
        return new Matches(count, first ? null : Arrays.copyOf(found, count), rows);
    }

    /** Where the match of this number stands in the manifest. */
    int position(int number) {
        return positions == null ? number : positions[number];
    }
}
