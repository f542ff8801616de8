package dev.firn.store.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The few statements that every commit or create runs, without the layers that find names, types and mappers of values: on the one thread that writes these take as long
 * as SQLite itself. All others go through Jdbi.
 */
final class Positional {
    private Positional() {}

    /** A statement that could not be run: the connection's failure, not that of who asked. */
    private static final class FailedException extends JdbiException {
        private static final long serialVersionUID = 1L;

        FailedException(String sql, SQLException cause) {
            super(cause.getMessage() + " [" + sql + "]", cause);
        }
    }

    /** Makes a value of the row that a result stands at. */
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /**
     * The first row of a query, if it has one.
     *
     * @param values of its parameters, in the order in which they first stand there
     * @throws JdbiException if it cannot be run
     */
    static <T> Optional<T> first(Handle handle, String sql, Mapper<T> mapper, @Nullable Object... values) {
        try {
            PreparedStatement statement = take(handle, sql, values);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(mapper.map(rows)) : Optional.empty();
            } finally {
                KeptStatements.of(handle).giveBack(sql, statement);
            }
        } catch (SQLException e) {
            throw new FailedException(sql, e);
        }
    }

    private static PreparedStatement take(Handle handle, String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = KeptStatements.of(handle).take(handle.getConnection(), sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /**
     * Runs an insert, update or delete.
     *
     * @param values of its question marks, in their order
     * @return how many rows it changed
     * @throws JdbiException if it cannot be run
     */
    static int execute(Handle handle, String sql, @Nullable Object... values) {
        try {
            PreparedStatement statement = take(handle, sql, values);
            try {
                return statement.executeUpdate();
            } finally {
                KeptStatements.of(handle).giveBack(sql, statement);
            }
        } catch (SQLException e) {
            throw new FailedException(sql, e);
        }
    }
}
