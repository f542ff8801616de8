package dev.firn.scan;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Tells from statistics that an equality delete file cannot hold a row of a data file: the values of one of its columns are all smaller or all larger. */
final class EqualityBounds {
    /** Types whose bounds are ordered as their values are, without values beyond the bounds (as NaN is), whatever the column's type was when they were written. */
    private static final Set<TypeID> COMPARABLE =
            EnumSet.of(TypeID.INTEGER, TypeID.LONG, TypeID.DATE, TypeID.DECIMAL, TypeID.STRING);

    private EqualityBounds() {}

    /** Whether a delete file may delete rows of a data file; false only if that is certain. */
    static boolean mayMeet(DeleteFile deletes, DataFile data, Schema schema) {
        for (int id : deletes.equalityFieldIds()) {
            Types.NestedField field = schema.findField(id);
            if (field != null && !mayMeet(deletes, data, field)) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayMeet(DeleteFile deletes, DataFile data, Types.NestedField field) {
        int id = field.fieldId();
        if (!COMPARABLE.contains(field.type().typeId()) || (mayHoldNull(deletes, id) && mayHoldNull(data, id))) {
            return true;
        }
        return notBelow(deletes.upperBounds(), data.lowerBounds(), field)
                && notBelow(data.upperBounds(), deletes.lowerBounds(), field);
    }

    private static boolean mayHoldNull(ContentFile<?> file, int id) {
        Map<Integer, Long> counts = file.nullValueCounts();
        Long count = counts == null ? null : counts.get(id);
        return count == null || count > 0;
    }

    private static boolean notBelow(
            @Nullable Map<Integer, ByteBuffer> upper,
            @Nullable Map<Integer, ByteBuffer> lower,
            Types.NestedField field) {
        ByteBuffer high = upper == null ? null : upper.get(field.fieldId());
        ByteBuffer low = lower == null ? null : lower.get(field.fieldId());
        if (high == null || low == null) {
            return true;
        }
        Type.PrimitiveType type = field.type().asPrimitiveType();
        return Comparators.forType(type)
                        .compare(Conversions.fromByteBuffer(type, high), Conversions.fromByteBuffer(type, low))
                >= 0;
    }
}
