package dev.firn.store.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The few statements that every commit runs, without the layers that find names, types and mappers of values: on the one thread that writes these take as long
 * as SQLite itself. All others go through Jdbi.
 */
final class PositionalUpdate {
    private PositionalUpdate() {}

    /** A statement that could not be run: the connection's failure, not that of who asked. */
    private static final class FailedException extends JdbiException {
        private static final long serialVersionUID = 1L;

        FailedException(String sql, SQLException cause) {
            super(cause.getMessage() + " [" + sql + "]", cause);
        }
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
            PreparedStatement statement = KeptStatements.of(handle).take(handle.getConnection(), sql);
            try {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                return statement.executeUpdate();
            } finally {
                KeptStatements.of(handle).giveBack(sql, statement);
            }
        } catch (SQLException e) {
            throw new FailedException(sql, e);
        }
    }
}
