package dev.firn.scan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Partitions as clients read them: with the types that they have in the table now. A partition field whose column was dropped has no type any more, so that its
 * value cannot be told; here the value is still needed, to tell which files match and which deletes apply.
 */
final class AnsweredPartitions {
    private final Map<Integer, PartitionSpec> specs = new HashMap<>();
    private final Map<Integer, Map<Integer, Type>> changed = new HashMap<>();

    /**
     * @param specs the partition specs as the table has them, by number
     * @param read the same as manifests are read with
     */
    AnsweredPartitions(Map<Integer, PartitionSpec> specs, Map<Integer, PartitionSpec> read) {
        specs.forEach((id, spec) -> {
            boolean divides = spec.isPartitioned() || spec.fields().isEmpty();
            this.specs.put(id, divides ? spec : dividing(spec));
            Map<Integer, Type> types = changed(spec, read.getOrDefault(id, spec), divides);
            if (!types.isEmpty()) {
                changed.put(id, types);
            }
        });
    }

    /** Which values are told otherwise than they are read, and as what. */
    private static Map<Integer, Type> changed(PartitionSpec spec, PartitionSpec read, boolean divides) {
        Map<Integer, Type> types = new HashMap<>();
        List<Types.NestedField> fields = spec.partitionType().fields();
        for (int position = 0; position < fields.size(); position++) {
            Type type = divides ? fields.get(position).type() : Types.UnknownType.get();
            if (type.typeId() == Type.TypeID.UNKNOWN
                    || !type.equals(read.partitionType().fields().get(position).type())) {
                types.put(position, type);
            }
        }
        return types;
    }

    /**
     * A spec with as many fields for one whose fields were all removed, as format version 1 keeps them: Iceberg takes it for one without fields, and then writes
     * no partition that has some, though it reads them.
     */
    private static PartitionSpec dividing(PartitionSpec removed) {
        List<Types.NestedField> columns = removed.fields().stream()
                .map(field -> Types.NestedField.optional(
                        field.fieldId(), "removed " + field.fieldId(), Types.StringType.get()))
                .toList();
        PartitionSpec.Builder spec =
                PartitionSpec.builderFor(new Schema(columns)).withSpecId(removed.specId());
        columns.forEach(column -> spec.identity(column.name()));
        return spec.build();
    }

    /** What the partitions of an answer are written with, by number. */
    Map<Integer, PartitionSpec> specs() {
        return specs;
    }

    /** What is told otherwise than it is read: types by the position in the partition, by the number of the spec. */
    Map<Integer, Map<Integer, Type>> changed() {
        return changed;
    }

    /** The same file, which has to be a copy that nobody else has, with its partition as it is told. */
    <F extends ContentFile<F>> F told(F copy) {
        changed.getOrDefault(copy.specId(), Map.of()).forEach((position, type) -> {
            StructLike partition = copy.partition();
            partition.set(position, told(partition.get(position, Object.class), type));
        });
        return copy;
    }

    /** A column may have become wider since; decimals with more digits are the same values. */
    private static @Nullable Object told(@Nullable Object value, Type type) {
        return switch (type.typeId()) {
            case UNKNOWN -> null;
            case LONG -> value instanceof Integer number ? Long.valueOf(number) : value;
            case DOUBLE -> value instanceof Float number ? Double.valueOf(number) : value;
            default -> value;
        };
    }
}
