package dev.firn.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps the prepared statements of one connection: SQLite takes longer to compile most statements of this package than to run them. A statement that is
 * closed waits for the next use of its text. As its connection, it is for one thread at a time.
 */
final class KeptStatements extends DefaultStatementBuilder {
    /** There are about fifty texts in this package; the bound only keeps texts that are made at run time from adding up. */
    private static final int MOST = 200;

    private final Map<String, PreparedStatement> idle = new HashMap<>();

    /** The text that each was compiled from: when it is closed, only the text with names for its values is told. */
    private final Map<Statement, String> texts = new IdentityHashMap<>();

    /** Opens a connection that keeps its statements. */
    static Handle open(ConnectionFactory connections) {
        Handle handle = Jdbi.create(connections).open();
        handle.setStatementBuilder(new KeptStatements());
        return handle;
    }

    /** Those of a handle that was opened with them. */
    static KeptStatements of(Handle handle) {
        return (KeptStatements) handle.getStatementBuilder();
    }

    /** A statement for this text, with question marks for its values. To be {@linkplain #giveBack given back}. */
    PreparedStatement take(Connection connection, String sql) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        return kept == null ? connection.prepareStatement(sql) : kept;
    }

    /** Keeps a statement that was {@linkplain #take taken} for the next use. */
    void giveBack(String sql, PreparedStatement statement) throws SQLException {
        statement.clearParameters();
        PreparedStatement other = idle.put(sql, statement);
        if (other != null) {
            other.close();
        }
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        if (kept != null) {
            return kept;
        }
        PreparedStatement compiled = super.create(connection, sql, context);
        texts.put(compiled, sql);
        return compiled;
    }

    @Override
    public void close(Connection connection, String named, Statement statement) throws SQLException {
        String sql = texts.get(statement);
        if (sql != null && idle.size() < MOST && !idle.containsKey(sql)) {
            PreparedStatement prepared = (PreparedStatement) statement;
            prepared.clearParameters();
            idle.put(sql, prepared);
        } else {
            texts.remove(statement);
            super.close(connection, named, statement);
        }
    }
}
