package dev.firn.scan;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;

/** The answer to a scan, in pages. What a page lists is worked out when it is asked for, so that a plan that is kept takes little memory. */
public interface PlannedScan {
    /** How many pages there are; at least one, which may be empty. */
    int pages();

    /** The tasks of a page, the same whenever they are asked for. */
    List<FileScanTask> tasks(int page);

    /** The partition specs that the files of the tasks are written with, by number. */
    Map<Integer, PartitionSpec> specs();

    /** About how many bytes it takes to keep this. */
    long weight();
}
