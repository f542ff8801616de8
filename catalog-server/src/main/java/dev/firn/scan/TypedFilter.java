package dev.firn.scan;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionParser;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.NamedReference;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.expressions.UnboundTerm;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * A filter whose names and values are checked against a schema, so that what is wrong with one is said of the predicate that has it.
 *
 * <p>Binary values are read here: they travel as hexadecimal text, which only the type of their column tells apart from text, and the parser of the request does
 * not know it.
 */
final class TypedFilter extends ExpressionVisitors.ExpressionVisitor<Expression> {
    /** How much of a predicate a message shows: a list of values can be very long. */
    private static final int LONGEST = 300;

    private final Schema schema;
    private final boolean caseSensitive;

    private TypedFilter(Schema schema, boolean caseSensitive) {
        this.schema = schema;
        this.caseSensitive = caseSensitive;
    }

    /**
     * The filter with text that is compared to a binary column as binary.
     *
     * @throws BadRequestException if a name does not exist, or a value does not fit what it is compared to
     */
    static Expression of(Expression filter, Schema schema, boolean caseSensitive) {
        return ExpressionVisitors.visit(filter, new TypedFilter(schema, caseSensitive));
    }

    @Override
    public Expression alwaysTrue() {
        return Expressions.alwaysTrue();
    }

    @Override
    public Expression alwaysFalse() {
        return Expressions.alwaysFalse();
    }

    @Override
    public Expression not(Expression result) {
        return Expressions.not(result);
    }

    @Override
    public Expression and(Expression left, Expression right) {
        return Expressions.and(left, right);
    }

    @Override
    public Expression or(Expression left, Expression right) {
        return Expressions.or(left, right);
    }

    @Override
    public <T> Expression predicate(BoundPredicate<T> predicate) {
        return predicate;
    }

    @Override
    public <T> Expression predicate(UnboundPredicate<T> predicate) {
        try {
            UnboundPredicate<?> readable = readable(predicate);
            readable.bind(schema.asStruct(), caseSensitive);
            return readable;
        } catch (ValidationException
                | IllegalArgumentException
                | UnsupportedOperationException
                | DateTimeException
                | ArithmeticException e) {
            throw new BadRequestException(e, "Invalid filter %s: %s", described(predicate), e.getMessage());
        }
    }

    private UnboundPredicate<?> readable(UnboundPredicate<?> predicate) {
        List<? extends Literal<?>> literals = predicate.literals();
        if (literals == null || literals.isEmpty() || !isBinary(predicate.term())) {
            return predicate;
        }
        List<ByteBuffer> values =
                literals.stream().map(literal -> binary(literal.value())).toList();
        @SuppressWarnings("unchecked") // The column is binary, so its values are.
        UnboundTerm<ByteBuffer> term = (UnboundTerm<ByteBuffer>) predicate.term();
        return Expressions.predicate(predicate.op(), term, values);
    }

    private static String described(UnboundPredicate<?> predicate) {
        String json = ExpressionParser.toJson(predicate);
        return json.length() <= LONGEST ? json : json.substring(0, LONGEST) + "…";
    }

    private boolean isBinary(UnboundTerm<?> term) {
        if (!(term instanceof NamedReference<?> reference)) {
            return false;
        }
        Types.NestedField field =
                caseSensitive ? schema.findField(reference.name()) : schema.caseInsensitiveFindField(reference.name());
        return field != null
                && (field.type().typeId() == TypeID.BINARY || field.type().typeId() == TypeID.FIXED);
    }

    private static ByteBuffer binary(Object value) {
        if (value instanceof ByteBuffer buffer) {
            return buffer;
        }
        if (value instanceof CharSequence text) {
            return ByteBuffer.wrap(HexFormat.of().parseHex(text));
        }
        throw new IllegalArgumentException("Binary values are written as hexadecimal text: " + value);
    }
}
