package dev.firn.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a scan asks for, checked against a schema.
 *
 * @param schema the one that names are looked up in
 * @param specs the partition specs over that schema, by number; also over columns that were dropped
 * @param partitions partitions as they are answered
 * @param filter which rows are wanted
 * @param caseSensitive how names are looked up
 * @param statsFields the columns whose statistics the client wants to have, by number
 * @param minRows after this many rows that surely match, no more files need to be listed
 */
record Scope(
        Schema schema,
        Map<Integer, PartitionSpec> specs,
        AnsweredPartitions partitions,
        Expression filter,
        boolean caseSensitive,
        Set<Integer> statsFields,
        long minRows) {
    /**
     * @param table the table's present state
     * @param schema the present one, or the one at the time of an older snapshot
     * @throws BadRequestException if a name of the filter, of {@code select} or of {@code stats-fields} does not exist, or a value does not fit its column
     */
    static Scope of(TableMetadata table, Schema schema, PlanTableScanRequest request) {
        boolean caseSensitive = request.caseSensitive();
        requireSelected(table, schema, request.select(), caseSensitive);
        Map<Integer, PartitionSpec> specs = specs(table, schema);
        return new Scope(
                schema,
                specs,
                new AnsweredPartitions(table.specsById(), specs),
                filter(schema, request.filter(), caseSensitive),
                caseSensitive,
                statsFields(schema, request.statsFields(), caseSensitive),
                request.minRowsRequested() == null ? Long.MAX_VALUE : request.minRowsRequested());
    }

    private static Map<Integer, PartitionSpec> specs(TableMetadata table, Schema schema) {
        Map<Integer, PartitionSpec> specs = new HashMap<>();
        table.specsById().forEach((id, spec) -> {
            Schema complete = withColumnsOf(spec, schema, table);
            boolean asTheTableHasIt = complete == schema && schema.schemaId() == table.currentSchemaId();
            specs.put(id, asTheTableHasIt ? spec : bound(spec, complete));
        });
        return specs;
    }

    private static PartitionSpec bound(PartitionSpec spec, Schema schema) {
        try {
            return spec.toUnbound().bind(schema, true);
        } catch (ValidationException | IllegalArgumentException e) {
            // One of its fields is named like a column that is no part of it, so Iceberg binds it to no schema but its
            // own.
            return spec;
        }
    }

    /** The schema with the columns that a partition spec is over and that were dropped. */
    private static Schema withColumnsOf(PartitionSpec spec, Schema schema, TableMetadata table) {
        Map<Integer, Types.NestedField> dropped = new LinkedHashMap<>();
        for (PartitionField field : spec.fields()) {
            if (schema.findField(field.sourceId()) == null) {
                // The latest that is known of it. Fields inside a column are left out: what is left of the column has
                // its number.
                for (Schema other : table.schemas()) {
                    Types.NestedField column = other.asStruct().field(field.sourceId());
                    if (column != null) {
                        dropped.put(column.fieldId(), column);
                    }
                }
            }
        }
        if (dropped.isEmpty()) {
            return schema;
        }
        List<Types.NestedField> columns = new ArrayList<>(schema.columns());
        for (Types.NestedField column : dropped.values()) {
            // Another column may have its name by now.
            columns.add(Types.NestedField.optional(column.fieldId(), "dropped " + column.fieldId(), column.type()));
        }
        return new Schema(columns);
    }

    private static Expression filter(Schema schema, @Nullable Expression filter, boolean caseSensitive) {
        if (filter == null) {
            return Expressions.alwaysTrue();
        }
        return TypedFilter.of(filter, schema, caseSensitive);
    }

    /** What is selected changes no answer, but a name that the table never had is a mistake. A client may know an older or a newer schema. */
    private static void requireSelected(
            TableMetadata table, Schema schema, @Nullable List<String> names, boolean caseSensitive) {
        for (String name : names == null ? List.<String>of() : names) {
            if (find(schema, name, caseSensitive) == null
                    && !isMetadataColumn(name)
                    && table.schemas().stream().allMatch(other -> find(other, name, caseSensitive) == null)) {
                throw new BadRequestException("Cannot select a field that does not exist: %s", name);
            }
        }
    }

    /** Engines that delete by position also select fields of {@code _partition}, whose names have a dot. */
    private static boolean isMetadataColumn(String name) {
        int dot = name.indexOf('.');
        return MetadataColumns.isMetadataColumn(dot < 0 ? name : name.substring(0, dot));
    }

    private static Set<Integer> statsFields(Schema schema, @Nullable List<String> names, boolean caseSensitive) {
        Set<Integer> ids = new HashSet<>();
        for (String name : names == null ? List.<String>of() : names) {
            Types.NestedField field = find(schema, name, caseSensitive);
            if (field == null) {
                throw new BadRequestException("There are no statistics of a field that does not exist: %s", name);
            }
            ids.add(field.fieldId());
        }
        return Set.copyOf(ids);
    }

    private static Types.@Nullable NestedField find(Schema schema, String name, boolean caseSensitive) {
        if (name.isEmpty()) {
            return null;
        }
        try {
            return caseSensitive ? schema.findField(name) : schema.caseInsensitiveFindField(name);
        } catch (IllegalArgumentException e) {
            // Two of its names differ in case alone.
            throw new BadRequestException(e, "Cannot look for the field %s without case: %s", name, e.getMessage());
        }
    }
}
