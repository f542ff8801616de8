package dev.firn.scan;

import java.util.function.Predicate;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.expressions.UnboundTransform;

/** Looks in a filter for what Iceberg does not ask of partitions as it should. */
final class FilterSearch extends ExpressionVisitors.ExpressionVisitor<Boolean> {
    private final Predicate<UnboundPredicate<?>> wanted;

    private FilterSearch(Predicate<UnboundPredicate<?>> wanted) {
        this.wanted = wanted;
    }

    /** Whether the filter asks how a text begins: Iceberg fails where a partition has no text. */
    static boolean asksForPrefixes(Expression filter) {
        return ExpressionVisitors.visit(
                filter,
                new FilterSearch(predicate -> predicate.op() == Expression.Operation.STARTS_WITH
                        || predicate.op() == Expression.Operation.NOT_STARTS_WITH));
    }

    /** Whether the filter asks for a function of a column: Iceberg takes it for the column itself, where a partition has the very values of that. */
    static boolean asksForFunctions(Expression filter) {
        return ExpressionVisitors.visit(
                filter, new FilterSearch(predicate -> predicate.term() instanceof UnboundTransform));
    }

    @Override
    public Boolean alwaysTrue() {
        return false;
    }

    @Override
    public Boolean alwaysFalse() {
        return false;
    }

    @Override
    public Boolean not(Boolean result) {
        return result;
    }

    @Override
    public Boolean and(Boolean left, Boolean right) {
        return left || right;
    }

    @Override
    public Boolean or(Boolean left, Boolean right) {
        return left || right;
    }

    @Override
    public <T> Boolean predicate(BoundPredicate<T> predicate) {
        throw new IllegalStateException("Filters are bound when they are used: " + predicate);
    }

    @Override
    public <T> Boolean predicate(UnboundPredicate<T> predicate) {
        return wanted.test(predicate);
    }
}
