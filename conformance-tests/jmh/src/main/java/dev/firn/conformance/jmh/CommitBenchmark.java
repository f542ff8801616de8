package dev.firn.conformance.jmh;

import dev.firn.catalog.TableCommit;
import dev.firn.catalog.TableDocument;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One commit to one table, from its parsed request to its durable state. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CommitBenchmark {
    /** The catalog, which all writers share. */
    @State(Scope.Benchmark)
    public static class Shared {
        private World world;

        /** Before a run. */
        @Setup
        public void open() {
            world = new World();
        }

        /** After a run. */
        @TearDown
        public void close() {
            world.close();
        }
    }

    /** A writer with a table of its own. */
    @State(Scope.Thread)
    public static class Writer {
        private TableIdentifier table;
        private List<UpdateRequirement> requirements;
        private int count;

        /** Before a run. */
        @Setup
        public void makeTable(Shared shared) {
            table = shared.world.table("t" + Thread.currentThread().getId());
            TableDocument document = shared.world
                    .services()
                    .tables()
                    .document(shared.world.services().tables().load(shared.world.session(), table));
            requirements = List.of(
                    new UpdateRequirement.AssertTableUUID(document.metadata().uuid()));
        }
    }

    /** One writer: every commit waits for the disk by itself. */
    @Benchmark
    public TableDocument alone(Shared shared, Writer writer) {
        return commit(shared, writer);
    }

    /** Eight writers: what waits together is committed together. */
    @Benchmark
    @Threads(8)
    public TableDocument eightTogether(Shared shared, Writer writer) {
        return commit(shared, writer);
    }

    private static TableDocument commit(Shared shared, Writer writer) {
        MetadataUpdate update = new MetadataUpdate.SetProperties(Map.of("count", String.valueOf(writer.count++)));
        return shared.world
                .services()
                .commits()
                .commit(shared.world.session(), new TableCommit(writer.table, writer.requirements, List.of(update)))
                .join();
    }
}
