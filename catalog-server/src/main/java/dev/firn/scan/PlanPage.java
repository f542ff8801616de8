package dev.firn.scan;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;

/**
 * A part of a plan.
 *
 * @param tasks the files to read
 * @param specs the partition specs that they are written with, by number
 * @param planTasks what the other parts are fetched by
 */
public record PlanPage(List<FileScanTask> tasks, Map<Integer, PartitionSpec> specs, List<String> planTasks) {}
