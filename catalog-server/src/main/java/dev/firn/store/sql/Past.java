package dev.firn.store.sql;

import dev.firn.store.Moment;
import org.jdbi.v3.core.statement.SqlStatement;

/** Binds the moment of a query of versions. The present has statements of its own: the indexes on it need {@code to_change is null} as it stands. */
final class Past {
    private Past() {}

    /** Binds {@code :moment} in the statement of a past moment. */
    static <S extends SqlStatement<S>> S bind(S statement, Moment moment) {
        return moment.isPresent() ? statement : statement.bind("moment", moment.change());
    }
}
