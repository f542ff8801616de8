package dev.firn.store.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The few statements that every commit, create, start or idle server runs, without the layers that find names, types and mappers of values. On the one thread that writes these take as
 * long as SQLite itself; and to make them ready for the first time takes a tenth of a start and ten megabytes. All others go through Jdbi.
 *
 * <p>For handles that keep their statements in {@link KeptStatements}.
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

    /** What is done with a statement that has its values. */
    private interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /**
     * The first row of a query, if it has one.
     *
     * @param values of its parameters, in the order in which they first stand there
     * @throws JdbiException if it cannot be run
     */
    static <T> Optional<T> first(Handle handle, String sql, Mapper<T> mapper, @Nullable Object... values) {
        return use(handle, sql, values, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(mapper.map(rows)) : Optional.empty();
            }
        });
    }

    /**
     * All rows of a query.
     *
     * @param values of its parameters, in the order in which they first stand there
     * @throws JdbiException if it cannot be run
     */
    static <T> List<T> list(Handle handle, String sql, Mapper<T> mapper, @Nullable Object... values) {
        List<T> all = new ArrayList<>();
        each(handle, sql, mapper, all::add, values);
        return all;
    }

    /**
     * Hands over one row of a query after the other, as they are found.
     *
     * @param values of its parameters, in the order in which they first stand there
     * @return how many there were
     * @throws JdbiException if it cannot be run
     */
    static <T> int each(Handle handle, String sql, Mapper<T> mapper, Consumer<T> action, @Nullable Object... values) {
        return use(handle, sql, values, statement -> {
            int count = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    action.accept(mapper.map(rows));
                    count++;
                }
            }
            return count;
        });
    }

    /**
     * Runs an insert, update or delete.
     *
     * @param values of its question marks, in their order
     * @return how many rows it changed
     * @throws JdbiException if it cannot be run
     */
    static int execute(Handle handle, String sql, @Nullable Object... values) {
        return use(handle, sql, values, PreparedStatement::executeUpdate);
    }

    private static <T> T use(Handle handle, String sql, @Nullable Object[] values, Use<T> use) {
        KeptStatements kept = KeptStatements.of(handle);
        try {
            PreparedStatement statement = kept.take(handle.getConnection(), sql);
            T result;
            try {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                result = use.of(statement);
            } catch (SQLException | RuntimeException e) {
                // The driver has thrown it away after some failures: it can be neither kept nor cleared.
                close(statement, e);
                throw e;
            }
            kept.giveBack(sql, statement);
            return result;
        } catch (SQLException e) {
            throw new FailedException(sql, e);
        }
    }

    private static void close(PreparedStatement statement, Exception reason) {
        try {
            statement.close();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }
}
