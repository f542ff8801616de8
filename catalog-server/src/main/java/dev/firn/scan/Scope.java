package dev.firn.scan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a scan asks for, checked against a schema.
 *
 * @param schema the one that names are looked up in
 * @param specs the partition specs over that schema, by number
 * @param filter which rows are wanted
 * @param caseSensitive how names are looked up
 * @param statsFields the columns whose statistics the client wants to have, by number
 * @param minRows after this many rows that surely match, no more files need to be listed
 */
record Scope(
        Schema schema,
        Map<Integer, PartitionSpec> specs,
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
        return new Scope(
                schema,
                specs(table, schema),
                filter(schema, request.filter(), caseSensitive),
                caseSensitive,
                statsFields(schema, request.statsFields(), caseSensitive),
                request.minRowsRequested() == null ? Long.MAX_VALUE : request.minRowsRequested());
    }

    private static Map<Integer, PartitionSpec> specs(TableMetadata table, Schema schema) {
        if (schema.schemaId() == table.currentSchemaId()) {
            return table.specsById();
        }
        Map<Integer, PartitionSpec> specs = new HashMap<>();
        table.specsById().forEach((id, spec) -> specs.put(id, spec.toUnbound().bind(schema, true)));
        return specs;
    }

    private static Expression filter(Schema schema, @Nullable Expression filter, boolean caseSensitive) {
        if (filter == null) {
            return Expressions.alwaysTrue();
        }
        try {
            Expression readable = BinaryLiterals.in(filter, schema, caseSensitive);
            Binder.bind(schema.asStruct(), readable, caseSensitive);
            return readable;
        } catch (ValidationException | IllegalArgumentException | UnsupportedOperationException e) {
            throw new BadRequestException(e, "Invalid filter: %s", e.getMessage());
        }
    }

    /** What is selected changes no answer, but a name that the table never had is a mistake. A client may know an older or a newer schema. */
    private static void requireSelected(
            TableMetadata table, Schema schema, @Nullable List<String> names, boolean caseSensitive) {
        for (String name : names == null ? List.<String>of() : names) {
            if (find(schema, name, caseSensitive) == null
                    && !MetadataColumns.isMetadataColumn(name)
                    && table.schemas().stream().allMatch(other -> find(other, name, caseSensitive) == null)) {
                throw new BadRequestException("Cannot select a field that does not exist: %s", name);
            }
        }
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
        return caseSensitive ? schema.findField(name) : schema.caseInsensitiveFindField(name);
    }
}
