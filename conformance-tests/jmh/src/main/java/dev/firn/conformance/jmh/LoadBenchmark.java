package dev.firn.conformance.jmh;

import dev.firn.catalog.TableDocument;
import dev.firn.store.Entry;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What a load asks of the catalog when the table's state is known. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LoadBenchmark {
    private World world;
    private TableIdentifier table;

    /** Before a run. */
    @Setup
    public void open() {
        world = new World();
        table = world.table("t");
    }

    /** After a run. */
    @TearDown
    public void close() {
        world.close();
    }

    /** Who asks for what, and where it is. */
    @Benchmark
    public Entry pointer() {
        return world.services().tables().load(world.session(), table);
    }

    /** The same and its parsed state. */
    @Benchmark
    public TableDocument document() {
        return world.services().tables().document(pointer());
    }

    /** Whether the file is still there, which every load asks the file system. */
    @Benchmark
    public void file() {
        world.services().tables().requireFile(world.session(), pointer());
    }
}
