package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache's Java client reads the same with scans that the server plans as with those that it plans itself. */
class ServerPlanningIT extends PlannedTable {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "kind", Types.StringType.get()),
            Types.NestedField.optional(3, "day", Types.DateType.get()),
            Types.NestedField.optional(4, "raw", Types.BinaryType.get()));

    ServerPlanningIT() {
        super(SCHEMA);
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

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "snappy", "gzip", "uncompressed"})
    void manifestsHoweverTheyAreCompressed(String compression) {
        create(2, PartitionSpec.unpartitioned());
        table.updateProperties()
                .set(TableProperties.MANIFEST_COMPRESSION, compression)
                .commit();
        DataFile file = append(0, 10, "a");
        delete(writer.positions(file, 0, 1));
        assertThat(tasks(Expressions.alwaysTrue())).hasSize(1);
        assertThat(rows(Expressions.alwaysTrue())).hasSize(8);
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
            assertThat(BothWays.list(scan.planFiles()).size()).isEqualTo(1);
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
    void aPartitionedColumnIsDropped() {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        DataFile first = append(0, 10, "a");
        append(10, 10, "b");
        long from = table.currentSnapshot().snapshotId();
        append(0, 10, "b");
        delete(writer.positions(first, 3), writer.equality(writer.row("kind", "b"), 4, 5));
        table.updateSpec().removeField("kind").commit();
        table.updateSchema().deleteColumn("kind").commit();
        writer = new TableWriter(table);
        table.newFastAppend().appendFile(writer.data(writer.row("id", 20L))).commit();
        // Only the files: the values of a partition whose column was dropped cannot be told to a client.
        assertThat(both.files(name, scan -> scan)).hasSize(4);
        assertThat(both.files(name, scan -> scan.filter(Expressions.greaterThan("id", 12))))
                .hasSize(2);
        assertThat(rows(Expressions.alwaysTrue())).hasSize(28);
        assertThat(appendedAfter(from)).hasSize(2);
        table.updateSchema().addColumn("kind", Types.LongType.get()).commit();
        assertThat(rows(Expressions.isNull("kind"))).hasSize(28);
        assertThat(rows(Expressions.lessThan("id", 5L))).hasSize(8);
    }

    @SuppressWarnings("deprecation") // The one way in which a client has an incremental scan planned.
    private List<String> appendedAfter(long from) {
        return both.files(
                name, scan -> scan.appendsBetween(from, table.currentSnapshot().snapshotId()));
    }

    static List<Expression> valuesOfEveryType() {
        return List.of(
                Expressions.equal("b", true),
                Expressions.lessThan("i", 12),
                Expressions.in("l", 3L, 33L),
                Expressions.greaterThan("f", 10.5f),
                Expressions.lessThanOrEqual("d", 10.5d),
                Expressions.isNaN("d"),
                Expressions.notNaN("f"),
                Expressions.and(Expressions.isNaN("f"), Expressions.lessThan("i", 12)),
                Expressions.equal("n", new BigDecimal("3.00")),
                Expressions.greaterThan("day", "2026-01-12"),
                Expressions.equal("time", "00:00:07"),
                Expressions.lessThan("at", "2026-01-01T00:00:11.5"),
                Expressions.greaterThanOrEqual("zoned", "2026-01-01T01:00:12+01:00"),
                Expressions.lessThan("nanos", "2026-01-01T00:00:11.000000001"),
                Expressions.notStartsWith("s", "x1"),
                Expressions.in("s", "x3", "x21", "nobody"),
                Expressions.equal("u", new UUID(0, 7)),
                Expressions.equal("fixed", ByteBuffer.wrap(new byte[] {0, 7})),
                Expressions.lessThan("raw", ByteBuffer.wrap(new byte[] {12})),
                Expressions.equal(Expressions.bucket("l", 4), 1),
                Expressions.equal(Expressions.truncate("s", 2), "x1"),
                Expressions.lessThan(Expressions.day("at"), "2026-01-02"),
                Expressions.notIn("i", 1, 2, 3),
                Expressions.not(Expressions.or(Expressions.equal("s", "x1"), Expressions.isNull("s"))));
    }

    @ParameterizedTest
    @MethodSource("valuesOfEveryType")
    void everyType(Expression filter) {
        createEveryType();
        assertThat(both.files(name, scan -> scan.filter(filter))).isNotEmpty();
        assertThat(rows(filter)).isNotEmpty();
    }

    private void createEveryType() {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "b", Types.BooleanType.get()),
                Types.NestedField.optional(2, "i", Types.IntegerType.get()),
                Types.NestedField.optional(3, "l", Types.LongType.get()),
                Types.NestedField.optional(4, "f", Types.FloatType.get()),
                Types.NestedField.optional(5, "d", Types.DoubleType.get()),
                Types.NestedField.optional(6, "n", Types.DecimalType.of(9, 2)),
                Types.NestedField.optional(7, "day", Types.DateType.get()),
                Types.NestedField.optional(8, "time", Types.TimeType.get()),
                Types.NestedField.optional(9, "at", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(10, "zoned", Types.TimestampType.withZone()),
                Types.NestedField.optional(11, "nanos", Types.TimestampNanoType.withoutZone()),
                Types.NestedField.optional(12, "s", Types.StringType.get()),
                Types.NestedField.optional(13, "u", Types.UUIDType.get()),
                Types.NestedField.optional(14, "fixed", Types.FixedType.ofLength(2)),
                Types.NestedField.optional(15, "raw", Types.BinaryType.get()));
        table = both.client()
                .buildTable(name, schema)
                .withPartitionSpec(
                        PartitionSpec.builderFor(schema).truncate("i", 10).build())
                .withProperty("format-version", "3")
                .create();
        writer = new TableWriter(table);
        AppendFiles append = table.newFastAppend();
        for (int file = 0; file < 3; file++) {
            org.apache.iceberg.data.Record[] rows = new org.apache.iceberg.data.Record[10];
            for (int row = 0; row < 10; row++) {
                rows[row] = everyType(10 * file + row);
            }
            append.appendFile(writer.data(rows));
        }
        append.commit();
    }

    private org.apache.iceberg.data.Record everyType(int number) {
        LocalDateTime moment = LocalDate.of(2026, 1, 1).atStartOfDay().plusSeconds(number);
        return writer.row(
                "b",
                number % 2 == 0,
                "i",
                number,
                "l",
                (long) number,
                "f",
                number % 5 == 0 ? Float.NaN : number,
                "d",
                number % 5 == 0 ? Double.NaN : number,
                "n",
                new BigDecimal(number + ".00"),
                "day",
                LocalDate.of(2026, 1, 1).plusDays(number),
                "time",
                moment.toLocalTime(),
                "at",
                moment,
                "zoned",
                moment.atOffset(ZoneOffset.UTC),
                "nanos",
                moment,
                "s",
                number % 7 == 0 ? null : "x" + number,
                "u",
                new UUID(0, number),
                "fixed",
                new byte[] {0, (byte) number},
                "raw",
                ByteBuffer.wrap(new byte[] {(byte) number}));
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
                .containsOnlyKeys(2);
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
