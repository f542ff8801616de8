package dev.firn.scan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.IncrementalAppendScan;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A scan of what was appended after one snapshot until another. Iceberg plans it: what a manifest says of when a file was added is known to nobody else. The tasks
 * are kept beside the parsed manifests and planned again should they have gone from there.
 */
final class AppendScan implements PlannedScan {
    private static final long SNAPSHOT_WEIGHT = 1_500;

    private final String key = "appended " + UUID.randomUUID();
    private final TableMetadata table;
    private final Scope scope;
    private final Manifests manifests;
    private final long from;
    private final long to;
    private final int filesPerPage;
    private final int pages;

    private AppendScan(TableMetadata table, Scope scope, Manifests manifests, long from, long to, int filesPerPage) {
        this.table = table;
        this.scope = scope;
        this.manifests = manifests;
        this.from = from;
        this.to = to;
        this.filesPerPage = filesPerPage;
        this.pages = Math.max(1, (tasks().size() + filesPerPage - 1) / filesPerPage);
    }

    /** Plans the scan. The snapshots are known to exist, the first before the second. */
    static AppendScan plan(
            TableMetadata table, Scope scope, Manifests manifests, long from, long to, int filesPerPage) {
        return new AppendScan(table, scope, manifests, from, to, filesPerPage);
    }

    private List<FileScanTask> tasks() {
        return manifests.made(key, () -> {
            List<FileScanTask> tasks = planned();
            return ParsedManifest.holding(tasks, tasks.size());
        });
    }

    private List<FileScanTask> planned() {
        BaseTable planning =
                new BaseTable(new StaticTableOperations(table, manifests.io()), table.location(), report -> {});
        Expression filter = scope.filter();
        boolean isAsked = !FilterSearch.asksForPrefixes(filter) && !FilterSearch.asksForFunctions(filter);
        IncrementalAppendScan scan = planning.newIncrementalAppendScan()
                .fromSnapshotExclusive(from)
                .toSnapshot(to)
                .filter(isAsked ? filter : Expressions.alwaysTrue())
                .caseSensitive(scope.caseSensitive());
        if (!scope.statsFields().isEmpty()) {
            scan = scan.includeColumnStats(scope.statsFields().stream()
                    .map(scope.schema()::findColumnName)
                    .toList());
        }
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> found = scan.planFiles()) {
            for (FileScanTask task : found) {
                scope.partitions().told(task.file());
                tasks.add(isAsked ? task : unfiltered(task, filter));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NotFoundException e) {
            throw new ServiceFailureException(e, "Cannot plan the scan: %s", e.getMessage());
        }
        return tasks;
    }

    /** A task of whose file nothing is known but that it is there. */
    private static FileScanTask unfiltered(FileScanTask task, Expression filter) {
        return new BaseFileScanTask(
                task.file(),
                task.deletes().toArray(DeleteFile[]::new),
                SchemaParser.toJson(task.spec().schema()),
                PartitionSpecParser.toJson(task.spec()),
                ResidualEvaluator.unpartitioned(filter));
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public List<FileScanTask> tasks(int page) {
        List<FileScanTask> tasks = tasks();
        int first = page * filesPerPage;
        return tasks.subList(Math.min(first, tasks.size()), Math.min(first + filesPerPage, tasks.size()));
    }

    @Override
    public Map<Integer, PartitionSpec> specs() {
        return scope.partitions().specs();
    }

    @Override
    public long weight() {
        // The table's state is kept with the plan; by far the most of it are its snapshots.
        return SNAPSHOT_WEIGHT * table.snapshots().size();
    }
}
