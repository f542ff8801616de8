package dev.firn.store.sql;

import dev.firn.store.Moment;
import org.jdbi.v3.core.statement.SqlStatement;

/** The one condition that makes a query of versions a query of a moment. */
final class Visible {
    private static final String NOW = "to_change is null";
    private static final String THEN = "from_change <= :moment and (to_change is null or to_change > :moment)";

    private Visible() {}

    /** The condition on the versions that were true at that moment. The present has a form of its own, which the indexes on it need. */
    static String at(Moment moment) {
        return moment.isPresent() ? NOW : THEN;
    }

    /** Binds what the condition needs. */
    static <S extends SqlStatement<S>> S bind(S statement, Moment moment) {
        return moment.isPresent() ? statement : statement.bind("moment", moment.change());
    }
}
