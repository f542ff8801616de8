package dev.firn.store.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps connections for reading open between uses: opening one costs more than most reads. There are as many as there are reads at once, but only some stay open after a
 * crowd, as each has memory of its own. The one that was used last is used next, so the others can rest.
 */
final class ReadConnections implements ConnectionFactory, AutoCloseable {
    /** More reads than this are hardly ever made at once: they do not wait for anything but a processor. */
    private static final int MOST_IDLE = 32;

    private final Path file;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    /** How many wait to be used again, or are about to. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final ConcurrentMap<Connection, StatementBuilder> statements = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    ReadConnections(Path file) {
        this.file = file;
    }

    /** The statements that are kept with a connection. */
    StatementBuilder statements(Connection connection) {
        return statements.computeIfAbsent(connection, first -> new KeptStatements());
    }

    @Override
    public Connection openConnection() throws SQLException {
        Connection connection = take();
        return connection == null ? Sqlite.openReader(file) : connection;
    }

    private @Nullable Connection take() {
        Connection connection = idle.pollFirst();
        if (connection != null) {
            waiting.decrementAndGet();
        }
        return connection;
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        if (waiting.incrementAndGet() > MOST_IDLE) {
            waiting.decrementAndGet();
            end(connection);
            return;
        }
        idle.addFirst(connection);
        if (closed.get()) {
            close();
        }
    }

    private void end(Connection connection) throws SQLException {
        statements.remove(connection);
        connection.close();
    }

    @Override
    public void close() throws SQLException {
        closed.set(true);
        for (Connection connection = take(); connection != null; connection = take()) {
            end(connection);
        }
    }
}
