package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache's Java client reads the same with scans that the server plans as with those that it plans itself. */
@ExtendWith(ScanServer.class)
class ServerPlanningIT {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "kind", Types.StringType.get()),
            Types.NestedField.optional(3, "day", Types.DateType.get()),
            Types.NestedField.optional(4, "raw", Types.BinaryType.get()));

    private BothWays both;
    private TableIdentifier name;
    private Table table;
    private TableWriter writer;

    @BeforeEach
    void connect(FirnServer server) {
        both = new BothWays(server);
        Namespace namespace = Namespace.of(Names.fresh("scan"));
        both.client().createNamespace(namespace);
        name = TableIdentifier.of(namespace, "t");
    }

    @AfterEach
    void disconnect() throws IOException {
        both.close();
    }

    private void create(int version, PartitionSpec spec) {
        table = both.client()
                .buildTable(name, SCHEMA)
                .withPartitionSpec(spec)
                .withProperty("format-version", String.valueOf(version))
                .create();
        writer = new TableWriter(table);
    }

    private DataFile append(long first, int count, String kind) {
        org.apache.iceberg.data.Record[] rows = new org.apache.iceberg.data.Record[count];
        for (int i = 0; i < count; i++) {
            long id = first + i;
            rows[i] = writer.row(
                    "id",
                    id,
                    "kind",
                    kind,
                    "day",
                    LocalDate.of(2026, 1, 1).plusDays(id),
                    "raw",
                    ByteBuffer.wrap(new byte[] {(byte) id}));
        }
        DataFile file = writer.data(rows);
        table.newFastAppend().appendFile(file).commit();
        return file;
    }

    private void delete(DeleteFile... files) {
        RowDelta delta = table.newRowDelta();
        for (DeleteFile file : files) {
            delta.addDeletes(file);
        }
        delta.commit();
    }

    private List<String> tasks(Expression filter) {
        return both.tasks(name, scan -> scan.filter(filter));
    }

    private List<String> rows(Expression filter) {
        return both.rows(name, scan -> scan.where(filter));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void severalPages(int version) {
        create(version, PartitionSpec.unpartitioned());
        assertThat(tasks(Expressions.alwaysTrue())).isEmpty();
        for (int file = 0; file < 2 * ScanServer.FILES_PER_ANSWER + 1; file++) {
            append(10 * file, 10, "a");
        }
        assertThat(tasks(Expressions.alwaysTrue())).hasSize(2 * ScanServer.FILES_PER_ANSWER + 1);
        assertThat(rows(Expressions.alwaysTrue())).hasSize(10 * (2 * ScanServer.FILES_PER_ANSWER + 1));
        assertThat(tasks(Expressions.greaterThanOrEqual("id", 35))).hasSize(4);
        assertThat(rows(Expressions.greaterThanOrEqual("id", 35))).hasSize(35);
        assertThat(tasks(Expressions.lessThan("id", 0))).isEmpty();
        assertThat(tasks(Expressions.alwaysFalse())).isEmpty();
    }

    @Test
    void inTheBackground() {
        create(2, PartitionSpec.unpartitioned());
        AppendFiles append = table.newFastAppend();
        for (int file = 0; file < ScanServer.FILES_WHILE_WAITING + 5; file++) {
            append.appendFile(writer.data(writer.row("id", (long) file, "kind", "a")));
        }
        append.commit();
        assertThat(tasks(Expressions.alwaysTrue())).hasSize(ScanServer.FILES_WHILE_WAITING + 5);
        assertThat(rows(Expressions.lessThan("id", 7))).hasSize(7);
    }

    @Test
    void positionAndEqualityDeletes() {
        create(2, PartitionSpec.unpartitioned());
        DataFile first = append(0, 10, "a");
        DataFile second = append(10, 10, "b");
        delete(writer.positions(first, 0, 1), writer.equality(writer.row("id", 0L), 12, 13));
        append(12, 2, "again");
        delete(writer.positions(second, 0));
        delete(writer.equality(writer.row("id", 0L), 500));
        assertThat(tasks(Expressions.alwaysTrue())).hasSize(3);
        assertThat(rows(Expressions.alwaysTrue())).hasSize(17);
        assertThat(rows(Expressions.equal("kind", "again"))).hasSize(2);
    }

    @Test
    void deletesInPartitions() {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        DataFile first = append(0, 10, "a");
        append(0, 10, "b");
        delete(writer.equality(writer.row("kind", "b"), 3, 4), writer.positions(first, 9));
        assertThat(rows(Expressions.alwaysTrue())).hasSize(17);
        assertThat(rows(Expressions.equal("kind", "b"))).hasSize(8);
        assertThat(tasks(Expressions.equal("kind", "a")))
                .singleElement()
                .asString()
                .contains("residual true");
    }

    @Test
    void deletionVectors() {
        create(3, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        DataFile first = append(0, 10, "a");
        DataFile second = append(10, 10, "a");
        append(20, 10, "b");
        delete(writer.vectors(first, second).toArray(DeleteFile[]::new));
        delete(writer.equality(writer.row("kind", "b"), 22));
        assertThat(tasks(Expressions.alwaysTrue())).hasSize(3);
        assertThat(rows(Expressions.alwaysTrue())).hasSize(27);
    }

    @Test
    void vectorsTakeThePlaceOfPositionDeletes() {
        create(2, PartitionSpec.unpartitioned());
        DataFile first = append(0, 10, "a");
        delete(writer.positions(first, 0, 1));
        assertThat(rows(Expressions.alwaysTrue())).hasSize(8);
        table.updateProperties().set("format-version", "3").commit();
        DataFile second = append(10, 10, "a");
        delete(writer.vectors(second).toArray(DeleteFile[]::new));
        assertThat(rows(Expressions.alwaysTrue())).hasSize(17);
    }

    @Test
    void partitionEvolution() {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        DataFile first = append(0, 10, "a");
        append(10, 10, "b");
        table.updateSpec()
                .removeField("kind")
                .addField(Expressions.bucket("id", 4))
                .commit();
        append(20, 1, "a");
        table.updateSpec().addField(Expressions.month("day")).commit();
        append(40, 1, "b");
        delete(writer.positions(first, 5));
        for (Expression filter : List.<Expression>of(
                Expressions.alwaysTrue(),
                Expressions.equal("kind", "a"),
                Expressions.and(Expressions.equal("kind", "b"), Expressions.greaterThan("id", 15)),
                Expressions.in("id", 3, 20, 40),
                Expressions.lessThan("day", "2026-02-01"),
                Expressions.not(Expressions.equal("kind", "a")),
                Expressions.or(Expressions.isNull("kind"), Expressions.equal("id", 40)))) {
            tasks(filter);
            rows(filter);
        }
        assertThat(rows(Expressions.equal("kind", "a"))).hasSize(10);
    }

    @Test
    void schemaEvolutionAndTimeTravel() {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        append(0, 10, "a");
        append(10, 10, "b");
        long before = table.currentSnapshot().snapshotId();
        table.updateSpec().removeField("kind").commit();
        table.updateSchema()
                .renameColumn("day", "date")
                .deleteColumn("raw")
                .addColumn("more", Types.IntegerType.get())
                .commit();
        writer = new TableWriter(table);
        table.newFastAppend()
                .appendFile(writer.data(writer.row("id", 20L, "kind", "c", "more", 1)))
                .commit();
        assertThat(both.rows(name, scan -> scan.useSnapshot(before))).hasSize(20);
        assertThat(both.tasks(name, scan -> scan.useSnapshot(before).filter(Expressions.equal("kind", "b"))))
                .hasSize(1);
        // Only counted: the client cannot bind what is left of a filter on a column that has another name by now.
        for (Expression filter : List.<Expression>of(
                Expressions.lessThan("day", "2026-01-06"), Expressions.equal("raw", ByteBuffer.wrap(new byte[] {7})))) {
            TableScan scan = both.planned(name).newScan().useSnapshot(before).filter(filter);
            assertThat(BothWays.list(scan.planFiles())).hasSize(2);
        }
        assertThat(rows(Expressions.isNull("more"))).hasSize(20);
        assertThat(rows(Expressions.equal("more", 1))).hasSize(1);
        table.manageSnapshots()
                .createTag("before", before)
                .createBranch("side", before)
                .commit();
        assertThat(both.tasks(name, scan -> scan.useRef("before").filter(Expressions.equal("kind", "b"))))
                .hasSize(1);
        assertThat(both.tasks(name, scan -> scan.useRef("side").filter(Expressions.isNull("more"))))
                .hasSize(2);
    }

    @Test
    void filtersOfManyKinds() {
        create(2, PartitionSpec.unpartitioned());
        append(0, 10, "apple");
        append(100, 10, "pear");
        append(200, 10, null);
        for (Expression filter : List.<Expression>of(
                Expressions.equal("raw", ByteBuffer.wrap(new byte[] {7})),
                Expressions.in("raw", ByteBuffer.wrap(new byte[] {7}), ByteBuffer.wrap(new byte[] {100})),
                Expressions.startsWith("kind", "app"),
                Expressions.notStartsWith("kind", "app"),
                Expressions.isNull("kind"),
                Expressions.notNull("kind"),
                Expressions.notIn("id", 1L, 2L),
                Expressions.greaterThan("day", "2026-04-15"))) {
            assertThat(rows(filter)).isNotEmpty();
        }
        assertThat(both.tasks(name, scan -> scan.caseSensitive(false).filter(Expressions.equal("ID", 105L))))
                .hasSize(1);
    }

    @Test
    void statistics() {
        create(2, PartitionSpec.unpartitioned());
        append(0, 10, "a");
        assertThat(planned(scan -> scan).file().lowerBounds()).isNull();
        assertThat(planned(scan -> scan.includeColumnStats(List.of("id")))
                        .file()
                        .lowerBounds())
                .containsOnlyKeys(1);
        assertThat(planned(scan -> scan.includeColumnStats(List.of("kind")))
                        .file()
                        .lowerBounds())
                .isNullOrEmpty();
    }

    private FileScanTask planned(UnaryOperator<TableScan> scan) {
        return BothWays.list(scan.apply(both.planned(name).newScan()).planFiles())
                .get(0);
    }

    @Test
    void fewRows() {
        create(2, PartitionSpec.unpartitioned());
        for (int file = 0; file < 6; file++) {
            append(10 * file, 10, "a");
        }
        assertThat(BothWays.list(
                        both.planned(name).newScan().minRowsRequested(15).planFiles()))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @SuppressWarnings("deprecation") // The one way in which a client has an incremental scan planned.
    void whatWasAppended(int version) {
        create(version, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        append(0, 10, "a");
        long from = table.currentSnapshot().snapshotId();
        for (int file = 1; file < 6; file++) {
            append(10 * file, 10, file % 2 == 0 ? "a" : "b");
        }
        table.rewriteManifests().clusterBy(file -> "one").commit();
        long to = table.currentSnapshot().snapshotId();
        append(100, 10, "a");
        assertThat(both.tasks(name, scan -> scan.appendsBetween(from, to))).hasSize(5);
        assertThat(both.tasks(name, scan -> scan.appendsBetween(from, to).filter(Expressions.equal("kind", "a"))))
                .hasSize(2);
    }
}
