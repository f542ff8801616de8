package dev.firn.conformance.jmh;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdateParser;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The JSON of commits and of metadata. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class JsonBenchmark {
    /** How many snapshots the table has. */
    @Param({"1", "500"})
    public int snapshots;

    private TableMetadata metadata;
    private String json;
    private String update;

    /** Before a run. */
    @Setup
    public void make() {
        metadata = TableMetadata.newTableMetadata(
                World.SCHEMA, PartitionSpec.unpartitioned(), "file:///tmp/t", Map.of("format-version", "2"));
        for (int number = 1; number <= snapshots; number++) {
            metadata = TableMetadata.buildFrom(metadata)
                    .setBranchSnapshot(SnapshotParser.fromJson(snapshot(number)), SnapshotRef.MAIN_BRANCH)
                    .discardChanges()
                    .build();
        }
        json = TableMetadataParser.toJson(metadata);
        update = "{\"action\":\"add-snapshot\",\"snapshot\":" + snapshot(snapshots + 1) + "}";
    }

    private static String snapshot(int number) {
        return """
            {"snapshot-id":%d,"sequence-number":%d,"timestamp-ms":%d,"schema-id":0,
             "manifest-list":"file:///tmp/t/metadata/snap-%d-1-00000000-0000-0000-0000-000000000000.avro",
             "summary":{"operation":"append","added-data-files":"1","added-records":"10","total-records":"%d"}}""".formatted(number, number, System.currentTimeMillis(), number, number * 10);
    }

    /** The body of an append, as far as it depends on the request. */
    @Benchmark
    public MetadataUpdate parseUpdate() {
        return MetadataUpdateParser.fromJson(update);
    }

    /** The next state of the table. */
    @Benchmark
    public TableMetadata apply() {
        TableMetadata.Builder builder = TableMetadata.buildFrom(metadata);
        MetadataUpdateParser.fromJson(update).applyTo(builder);
        return builder.build();
    }

    /** What a commit writes. */
    @Benchmark
    public String printMetadata() {
        return TableMetadataParser.toJson(metadata);
    }

    /** What a load of a table that is not in memory reads. */
    @Benchmark
    public TableMetadata parseMetadata() {
        return TableMetadataParser.fromJson(json);
    }
}
