package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans of tables whose partition fields, or the columns of these, are no longer what they were. */
class ChangedPartitionsIT extends PlannedTable {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "kind", Types.StringType.get()),
            Types.NestedField.optional(3, "part", Types.IntegerType.get()),
            Types.NestedField.optional(4, "share", Types.FloatType.get()),
            Types.NestedField.optional(5, "price", Types.DecimalType.of(9, 2)));

    private final Map<String, Long> idsByFile = new HashMap<>();

    ChangedPartitionsIT() {
        super(SCHEMA);
    }

    private DataFile append(long id, String kind, int part) {
        boolean wide = table.schema().findType("part").equals(Types.LongType.get());
        DataFile file = writer.data(writer.row(
                "id",
                id,
                "kind",
                kind,
                "part",
                wide ? (Object) (long) part : part,
                "share",
                part + 0.1f,
                "price",
                new BigDecimal(part + ".00")));
        table.newFastAppend().appendFile(file).commit();
        idsByFile.put(file.location(), id);
        return file;
    }

    /** Version 1 keeps a field that is removed, without a value from then on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @SuppressWarnings("deprecation") // The one way in which a client has an incremental scan planned.
    void allFieldsAreRemoved(int version) {
        create(
                1,
                PartitionSpec.builderFor(SCHEMA)
                        .identity("kind")
                        .bucket("id", 4)
                        .build());
        append(1, "a", 1);
        long from = table.currentSnapshot().snapshotId();
        table.updateSpec().removeField("kind").removeField("id_bucket").commit();
        append(2, "a", 2);
        append(3, "b", 3);
        long to = table.currentSnapshot().snapshotId();
        if (version == 2) {
            table.updateProperties().set("format-version", "2").commit();
            DataFile last = append(4, "b", 4);
            table.newRowDelta()
                    .addDeletes(writer.positions(last, 0))
                    .addDeletes(writer.equality(writer.row("kind", "b"), 1))
                    .commit();
        }
        for (Expression filter :
                List.of(Expressions.alwaysTrue(), Expressions.equal("kind", "a"), Expressions.greaterThan("id", 1))) {
            assertThat(both.tasks(name, scan -> scan.filter(filter))).hasSizeGreaterThan(1);
            both.rows(name, scan -> scan.where(filter));
        }
        assertThat(both.files(name, scan -> scan.appendsBetween(from, to))).hasSize(2);
    }

    @Test
    void theColumnOfAFieldHasBecomeWider() {
        create(
                2,
                PartitionSpec.builderFor(SCHEMA)
                        .identity("part")
                        .identity("share")
                        .identity("price")
                        .build());
        append(1, "a", 1);
        append(2, "b", 2);
        DataFile third = append(3, "c", 3);
        table.newRowDelta().addDeletes(writer.positions(third, 0)).commit();
        long before = table.currentSnapshot().snapshotId();
        table.updateSchema()
                .updateColumn("part", Types.LongType.get())
                .updateColumn("share", Types.DoubleType.get())
                .updateColumn("price", Types.DecimalType.of(12, 2))
                .commit();
        for (Expression filter : List.of(
                Expressions.alwaysTrue(), Expressions.greaterThan("part", 1), Expressions.lessThan("share", 2.5))) {
            assertThat(both.tasks(name, scan -> scan.filter(filter))).hasSizeGreaterThan(1);
            assertThat(both.tasks(name, scan -> scan.useSnapshot(before).filter(filter)))
                    .hasSizeGreaterThan(1);
            both.rows(name, scan -> scan.useSnapshot(before).where(filter));
        }
    }

    /** Its value can be told to nobody, but says which rows of an older snapshot match. */
    @Test
    void theColumnOfAFieldIsDropped(FirnServer server) {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        append(1, "a", 1);
        append(2, "b", 2);
        long before = table.currentSnapshot().snapshotId();
        table.updateSpec().removeField("kind").commit();
        table.updateSchema().deleteColumn("kind").commit();
        HttpScans scans = HttpScans.at(server, name.namespace().level(0));
        for (String filter : List.of(
                "{'type':'eq','term':'kind','value':'a'}",
                "{'type':'not-eq','term':'kind','value':'a'}",
                "{'type':'in','term':'kind','values':['b','c']}",
                "{'type':'not-null','term':'kind'}")) {
            JsonNode request =
                    Json.of("{'snapshot-id':" + before + ",'use-snapshot-schema':true,'filter':" + filter + "}");
            JsonNode tasks = scans.plan(request).expect(200).json().path("file-scan-tasks");
            assertThat(tasks).as(filter).hasSize(filter.contains("not-null") ? 2 : 1);
            for (JsonNode task : tasks) {
                assertThat(task.at("/data-file/partition/0").isNull()).isTrue();
                // All of the file matches.
                assertThat(task.path("residual-filter")).as(filter).isEqualTo(Json.of("true"));
            }
        }
    }

    /** Without a restart: what is in memory of the table has to be what its file says. */
    @Test
    @SuppressWarnings("deprecation") // The one way in which a client has an incremental scan planned.
    void theColumnOfATransformHasBecomeWider() {
        create(
                2,
                PartitionSpec.builderFor(SCHEMA)
                        .truncate("part", 10)
                        .bucket("part", 4)
                        .build());
        append(1, "a", 1);
        long from = table.currentSnapshot().snapshotId();
        append(2, "b", 12);
        table.updateSchema().updateColumn("part", Types.LongType.get()).commit();
        writer = new TableWriter(table);
        DataFile last = append(3, "c", 23);
        table.newRowDelta().addDeletes(writer.positions(last, 0)).commit();
        long to = table.currentSnapshot().snapshotId();
        for (Expression filter : List.of(
                Expressions.equal("part", 12L), Expressions.greaterThan("part", 5L), Expressions.in("part", 1L, 12L))) {
            assertThat(both.tasks(name, scan -> scan.filter(filter))).isNotEmpty();
            assertThat(both.tasks(name, scan -> scan.useSnapshot(from).filter(filter)))
                    .hasSizeLessThan(2);
            assertThat(both.tasks(name, scan -> scan.appendsBetween(from, to).filter(filter)))
                    .isNotEmpty();
        }
    }

    /** Iceberg's own planning fails there. */
    @Test
    void thePrefixOfATextThatAPartitionDoesNotHave(FirnServer server) {
        create(2, PartitionSpec.builderFor(SCHEMA).identity("kind").build());
        append(1, "apple", 1);
        append(2, "pear", 2);
        append(3, null, 3);
        HttpScans scans = HttpScans.at(server, name.namespace().level(0));
        String starts = "{'type':'starts-with','term':'kind','value':'a'}";
        String not = starts.replace("starts", "not-starts");
        assertThat(tasks(scans, starts)).hasSize(1);
        assertThat(tasks(scans, not)).hasSize(2);
        assertThat(tasks(scans, "{'type':'or','left':" + starts + ",'right':{'type':'is-null','term':'kind'}}"))
                .hasSize(2);
        assertThat(tasks(scans, "{'type':'and','left':" + not + ",'right':{'type':'gt','term':'id','value':2}}"))
                .hasSize(1);
    }

    /** Iceberg's own planning takes the function for the column. */
    @Test
    void aFunctionOfAColumnWhoseValuesAreThePartitions(FirnServer server) {
        create(
                2,
                PartitionSpec.builderFor(SCHEMA)
                        .identity("part")
                        .identity("kind")
                        .build());
        append(1, "apple", 12);
        long from = table.currentSnapshot().snapshotId();
        append(2, "pear", 17);
        append(3, null, 23);
        long to = table.currentSnapshot().snapshotId();
        HttpScans scans = HttpScans.at(server, name.namespace().level(0));
        String truncated =
                "{'type':'eq','term':{'type':'transform','transform':'truncate[10]','term':'part'},'value':10}";
        String bucket = "{'type':'lt','term':{'type':'transform','transform':'bucket[4]','term':'kind'},'value':4}";
        for (String filter :
                List.of(truncated, bucket, "{'type':'and','left':" + truncated + ",'right':" + bucket + "}")) {
            assertThat(ids(tasks(scans, filter))).as(filter).contains(1L, 2L);
        }
        String interval = "{'start-snapshot-id':" + from + ",'end-snapshot-id':" + to + ",'filter':";
        for (String filter : List.of(truncated, bucket, "{'type':'starts-with','term':'kind','value':'p'}")) {
            JsonNode tasks = scans.plan(Json.of(interval + filter + "}"))
                    .expect(200)
                    .json()
                    .path("file-scan-tasks");
            assertThat(ids(tasks)).as(filter).contains(2L).doesNotContain(1L);
            tasks.forEach(task -> assertThat(task.path("residual-filter")).isEqualTo(Json.of(filter)));
        }
    }

    /** The ids of the rows, of which each file has one. */
    private List<Long> ids(JsonNode tasks) {
        List<Long> ids = new ArrayList<>();
        for (JsonNode task : tasks) {
            ids.add(idsByFile.get(task.at("/data-file/file-path").asText()));
        }
        return ids;
    }

    private static JsonNode tasks(HttpScans scans, String filter) {
        return scans.plan(Json.of("{'filter':" + filter + "}"))
                .expect(200)
                .json()
                .path("file-scan-tasks");
    }
}
