package dev.firn.scan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * Partitions as clients read them. A partition field whose column was dropped has no type for them any more, so that its value cannot be told; here the value is
 * still needed, to tell which deletes apply.
 */
final class AnsweredPartitions {
    private final Map<Integer, PartitionSpec> specs;
    private final Map<Integer, List<Integer>> untold = new HashMap<>();

    /** With the partition specs as the table has them. */
    AnsweredPartitions(Map<Integer, PartitionSpec> specs) {
        this.specs = specs;
        specs.forEach((id, spec) -> {
            List<Types.NestedField> fields = spec.partitionType().fields();
            List<Integer> positions = IntStream.range(0, fields.size())
                    .filter(position -> fields.get(position).type().typeId() == TypeID.UNKNOWN)
                    .boxed()
                    .toList();
            if (!positions.isEmpty()) {
                untold.put(id, positions);
            }
        });
    }

    /** What the partitions of an answer are read with, by number. */
    Map<Integer, PartitionSpec> specs() {
        return specs;
    }

    /** What cannot be told: positions in the partition by the number of their spec. */
    Map<Integer, List<Integer>> untold() {
        return untold;
    }

    /** The same file, which has to be a copy that nobody else has, without the values that cannot be told. */
    <F extends ContentFile<F>> F told(F copy) {
        for (int position : untold.getOrDefault(copy.specId(), List.of())) {
            copy.partition().set(position, null);
        }
        return copy;
    }
}
