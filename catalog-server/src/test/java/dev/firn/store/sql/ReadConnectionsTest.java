package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadConnectionsTest {
    @TempDir
    private Path folder;

    private Connection writer;
    private ReadConnections connections;

    @BeforeEach
    void open() throws SQLException {
        Path file = folder.resolve("firn.db");
        writer = Sqlite.openWriter(file);
        try (Statement statement = writer.createStatement()) {
            statement.execute("create table number (value integer primary key)");
        }
        connections = new ReadConnections(file);
    }

    @AfterEach
    void close() throws SQLException {
        connections.close();
        writer.close();
    }

    private static void read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select count(*) from number").close();
        }
    }

    @Test
    void theOneThatWasUsedLastIsUsedNext() throws SQLException {
        Connection one = connections.openConnection();
        Connection other = connections.openConnection();
        connections.closeConnection(one);
        connections.closeConnection(other);

        assertThat(connections.openConnection()).isSameAs(other);
        assertThat(connections.openConnection()).isSameAs(one);
        connections.closeConnection(one);
        connections.closeConnection(other);
    }

    @Test
    void aCrowdReadsAndSomeStayOpenAfterIt() throws SQLException {
        List<Connection> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            crowd.add(connections.openConnection());
            read(crowd.get(i));
        }
        for (Connection connection : crowd) {
            connections.closeConnection(connection);
        }

        assertThat(crowd.stream().filter(ReadConnectionsTest::isOpen)).hasSize(32);
        Connection next = connections.openConnection();
        read(next);
        assertThat(crowd).contains(next);
        connections.closeConnection(next);
    }

    @Test
    void oneThatComesBackAfterTheEndIsClosed() throws SQLException {
        Connection late = connections.openConnection();
        connections.close();
        read(late);
        connections.closeConnection(late);

        assertThatThrownBy(() -> read(late)).isInstanceOf(SQLException.class);
    }

    private static boolean isOpen(Connection connection) {
        try {
            return !connection.isClosed();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
