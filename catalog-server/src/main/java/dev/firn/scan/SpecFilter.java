package dev.firn.scan;

import java.util.List;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.ManifestEvaluator;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.expressions.ResidualEvaluator;

/** The filter of a scan, ready for files that are written with one partition spec. */
final class SpecFilter {
    private final Scope scope;
    private final String schemaJson;
    private final String specJson;
    private final boolean all;
    private final ManifestEvaluator manifests;
    private final Evaluator partitions;
    private final InclusiveMetricsEvaluator statistics;
    private final ResidualEvaluator residuals;

    SpecFilter(Scope scope, PartitionSpec spec) {
        this.scope = scope;
        this.schemaJson = SchemaParser.toJson(spec.schema());
        this.specJson = PartitionSpecParser.toJson(spec);
        this.all = scope.filter().equals(Expressions.alwaysTrue());
        boolean caseSensitive = scope.caseSensitive();
        Expression onPartition = Projections.inclusive(spec, caseSensitive).project(scope.filter());
        this.manifests = ManifestEvaluator.forPartitionFilter(onPartition, spec, caseSensitive);
        this.partitions = new Evaluator(spec.partitionType(), onPartition, caseSensitive);
        this.statistics = new InclusiveMetricsEvaluator(scope.schema(), scope.filter(), caseSensitive);
        this.residuals = ResidualEvaluator.of(spec, scope.filter(), caseSensitive);
    }

    /** Whether a manifest may list files that hold rows which match. */
    boolean mayMatch(ManifestFile manifest) {
        return manifests.eval(manifest);
    }

    /** Whether a file may hold rows that match. */
    boolean mayMatch(DataFile file) {
        return all || (partitions.eval(file.partition()) && statistics.eval(file));
    }

    /** Whether every row of a file matches, as far as its partition tells. */
    boolean surelyMatches(DataFile file) {
        return all || residuals.residualFor(file.partition()).equals(Expressions.alwaysTrue());
    }

    /** What is to be read for a file: it, its deletes, and what of the filter its partition leaves to be checked. */
    FileScanTask task(DataFile file, List<DeleteFile> deletes) {
        DataFile wanted =
                scope.statsFields().isEmpty() ? file.copyWithoutStats() : file.copyWithStats(scope.statsFields());
        // Worked out now: what is told of the partition need not be what it is.
        Expression residual = residuals.residualFor(file.partition());
        return new BaseFileScanTask(
                scope.partitions().told(wanted),
                deletes.toArray(DeleteFile[]::new),
                schemaJson,
                specJson,
                ResidualEvaluator.unpartitioned(residual));
    }
}
