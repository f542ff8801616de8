package dev.firn.conformance.roundtrip;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Schemas that follow another, with columns of every type. */
final class Schemas {
    private static final int DEEPEST = 2;
    private static final List<Type> FLAT = List.of(
            Types.BooleanType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.DecimalType.of(38, 10),
            Types.DecimalType.of(5, 0),
            Types.DateType.get(),
            Types.TimeType.get(),
            Types.TimestampType.withoutZone(),
            Types.TimestampType.withZone(),
            Types.StringType.get(),
            Types.UUIDType.get(),
            Types.FixedType.ofLength(16),
            Types.BinaryType.get());
    private static final List<Type> OF_FORMAT_3 = List.of(
            Types.TimestampNanoType.withoutZone(),
            Types.TimestampNanoType.withZone(),
            Types.VariantType.get(),
            Types.UnknownType.get(),
            Types.GeometryType.crs84(),
            Types.GeometryType.of("srid:3857"),
            Types.GeographyType.crs84());

    private final Dice dice;
    private final IntSupplier ids;
    private final int formatVersion;

    private Schemas(Dice dice, int lastColumn, int formatVersion) {
        this.dice = dice;
        int[] last = {lastColumn};
        this.ids = () -> ++last[0];
        this.formatVersion = formatVersion;
    }

    /** The JSON of a schema made from {@code present}: columns more, fewer, other names, another order. */
    static String after(Schema present, int lastColumn, int formatVersion, Dice dice) {
        return SchemaParser.toJson(new Schemas(dice, lastColumn, formatVersion).after(present));
    }

    private Schema after(Schema present) {
        List<NestedField> columns = new ArrayList<>(present.columns());
        switch (dice.between(0, 4)) {
            case 0 -> columns.remove(dice.between(0, columns.size() - 1));
            case 1 -> columns.add(0, columns.remove(columns.size() - 1));
            case 2 -> {
                NestedField renamed = columns.remove(0);
                columns.add(NestedField.from(renamed).withName(dice.name()).build());
            }
            default -> columns.add(column(0));
        }
        columns.add(column(0));
        Set<String> names = new TreeSet<>();
        columns.removeIf(column -> !names.add(column.name()));
        return new Schema(columns, identifiers(columns));
    }

    private Set<Integer> identifiers(List<NestedField> columns) {
        Set<Integer> identifiers = new TreeSet<>();
        columns.stream()
                .filter(column -> column.isRequired() && column.type().typeId() == Type.TypeID.LONG)
                .filter(column -> dice.oneIn(2))
                .forEach(column -> identifiers.add(column.fieldId()));
        return identifiers;
    }

    private NestedField column(int depth) {
        int id = ids.getAsInt();
        Type type = type(depth);
        NestedField.Builder column =
                NestedField.optional("c" + id + dice.name()).withId(id).ofType(type);
        if (dice.oneIn(3)) {
            column.withDoc(dice.name());
        }
        if (dice.oneIn(2) && type.typeId() == Type.TypeID.LONG) {
            column.asRequired();
        }
        // From format 3 on; earlier ones refuse the initial one.
        if (dice.oneIn(3) && type.typeId() == Type.TypeID.STRING) {
            column.withInitialDefault(Literal.of(dice.name())).withWriteDefault(Literal.of(dice.name()));
        }
        return column.build();
    }

    private Type type(int depth) {
        if (depth < DEEPEST && dice.oneIn(4)) {
            return switch (dice.between(0, 2)) {
                case 0 -> Types.ListType.ofOptional(ids.getAsInt(), type(depth + 1));
                case 1 ->
                    Types.MapType.ofOptional(ids.getAsInt(), ids.getAsInt(), Types.StringType.get(), type(depth + 1));
                default -> Types.StructType.of(column(depth + 1), column(depth + 1));
            };
        }
        boolean newer = dice.oneIn(formatVersion < 3 ? 20 : 3);
        return dice.of(newer ? OF_FORMAT_3 : FLAT);
    }
}
