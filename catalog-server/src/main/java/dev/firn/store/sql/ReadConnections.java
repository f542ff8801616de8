package dev.firn.store.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.statement.StatementBuilder;

/** Keeps connections for reading open between uses: opening one costs more than most reads. There are as many as reads were ever made at once. */
final class ReadConnections implements ConnectionFactory, AutoCloseable {
    private final Path file;
    private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();
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
        Connection connection = idle.poll();
        return connection == null ? Sqlite.openReader(file) : connection;
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        idle.add(connection);
        if (closed.get()) {
            close();
        }
    }

    @Override
    public void close() throws SQLException {
        closed.set(true);
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            statements.remove(connection);
            connection.close();
        }
    }
}
