package dev.firn.scan;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.NamedReference;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.expressions.UnboundTerm;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * Reads binary values in a filter. They travel as hexadecimal text, which only the type of their column tells apart from text, and the parser of the request does
 * not know it.
 */
final class BinaryLiterals extends ExpressionVisitors.ExpressionVisitor<Expression> {
    private final Schema schema;
    private final boolean caseSensitive;

    private BinaryLiterals(Schema schema, boolean caseSensitive) {
        this.schema = schema;
        this.caseSensitive = caseSensitive;
    }

    /** The filter with text that is compared to a binary column as binary. Throws {@link IllegalArgumentException} if that is not hexadecimal. */
    static Expression in(Expression filter, Schema schema, boolean caseSensitive) {
        return ExpressionVisitors.visit(filter, new BinaryLiterals(schema, caseSensitive));
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
        List<Literal<T>> literals = predicate.literals();
        if (literals == null || literals.isEmpty() || !isBinary(predicate.term())) {
            return predicate;
        }
        List<ByteBuffer> values =
                literals.stream().map(literal -> binary(literal.value())).toList();
        @SuppressWarnings("unchecked") // The column is binary, so its values are.
        UnboundTerm<ByteBuffer> term = (UnboundTerm<ByteBuffer>) predicate.term();
        return Expressions.predicate(predicate.op(), term, values);
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
        return ByteBuffer.wrap(HexFormat.of().parseHex(value.toString()));
    }
}
