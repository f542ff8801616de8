package dev.firn.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.DeleteFile;

/** Delete files in the order in which they were committed. A delete applies to the data of its own commit, or only to older data, but never to newer data. */
final class SequencedDeletes {
    private final List<DeleteFile> files = new ArrayList<>();
    private long[] sequenceNumbers = new long[0];

    void add(DeleteFile file) {
        files.add(file);
    }

    /** To be called once, when all are added. */
    void sort() {
        files.sort(Comparator.comparingLong(DeleteFile::dataSequenceNumber));
        sequenceNumbers =
                files.stream().mapToLong(DeleteFile::dataSequenceNumber).toArray();
    }

    /** Those that were committed with this sequence number or later. */
    List<DeleteFile> since(long sequenceNumber) {
        int low = 0;
        int high = sequenceNumbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequenceNumbers[middle] < sequenceNumber) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return files.subList(low, files.size());
    }
}
