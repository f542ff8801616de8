package dev.firn.scan;

import java.util.List;
import java.util.stream.IntStream;
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
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The filter of a scan, ready for files that are written with one partition spec. */
final class SpecFilter {
    private final Scope scope;
    private final String schemaJson;
    private final String specJson;
    private final boolean all;
    private final List<Integer> textsAskedFor;
    private final ManifestEvaluator manifests;
    private final Evaluator partitions;
    private final InclusiveMetricsEvaluator statistics;
    private final ResidualEvaluator residuals;

    SpecFilter(Scope scope, PartitionSpec spec) {
        this.scope = scope;
        this.schemaJson = SchemaParser.toJson(spec.schema());
        this.specJson = PartitionSpecParser.toJson(spec);
        this.all = scope.filter().equals(Expressions.alwaysTrue());
        this.textsAskedFor = textsAskedFor(scope.filter(), spec.partitionType());
        boolean caseSensitive = scope.caseSensitive();
        boolean isAsked = !FilterSearch.asksForFunctions(scope.filter())
                || spec.fields().stream().noneMatch(field -> field.transform().isIdentity());
        Expression onPartition =
                isAsked ? Projections.inclusive(spec, caseSensitive).project(scope.filter()) : Expressions.alwaysTrue();
        this.manifests = ManifestEvaluator.forPartitionFilter(onPartition, spec, caseSensitive);
        this.partitions = new Evaluator(spec.partitionType(), onPartition, caseSensitive);
        this.statistics = new InclusiveMetricsEvaluator(scope.schema(), scope.filter(), caseSensitive);
        this.residuals = isAsked
                ? ResidualEvaluator.of(spec, scope.filter(), caseSensitive)
                : ResidualEvaluator.unpartitioned(scope.filter());
    }

    /** Whether a manifest may list files that hold rows which match. */
    boolean mayMatch(ManifestFile manifest) {
        return manifests.eval(manifest);
    }

    /** Whether a file may hold rows that match. */
    boolean mayMatch(DataFile file) {
        return all || ((!tells(file) || partitions.eval(file.partition())) && statistics.eval(file));
    }

    /** Whether every row of a file matches, as far as its partition tells. */
    boolean surelyMatches(DataFile file) {
        return all || residual(file).equals(Expressions.alwaysTrue());
    }

    /** What of the filter is to be checked in the rows of a file. */
    private Expression residual(DataFile file) {
        return tells(file) ? residuals.residualFor(file.partition()) : scope.filter();
    }

    /** Whether the filter can be asked of a file's partition. */
    private boolean tells(DataFile file) {
        return textsAskedFor.stream().allMatch(position -> file.partition().get(position, Object.class) != null);
    }

    /** The positions of texts in a partition, if the filter asks how some text begins. */
    private static List<Integer> textsAskedFor(Expression filter, Types.StructType partition) {
        if (!FilterSearch.asksForPrefixes(filter)) {
            return List.of();
        }
        List<Types.NestedField> fields = partition.fields();
        return IntStream.range(0, fields.size())
                .filter(position -> fields.get(position).type().typeId() == Type.TypeID.STRING)
                .boxed()
                .toList();
    }

    /** What is to be read for a file: it, its deletes, and what of the filter its partition leaves to be checked. */
    FileScanTask task(DataFile file, List<DeleteFile> deletes) {
        DataFile wanted =
                scope.statsFields().isEmpty() ? file.copyWithoutStats() : file.copyWithStats(scope.statsFields());
        // Worked out now: what is told of the partition need not be what it is.
        Expression residual = residual(file);
        return new BaseFileScanTask(
                scope.partitions().told(wanted),
                deletes.toArray(DeleteFile[]::new),
                schemaJson,
                specJson,
                ResidualEvaluator.unpartitioned(residual));
    }
}
