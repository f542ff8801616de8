package dev.firn.conformance.port.concurrency;

import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The state of a server while another program has locked it: what changes something waits. */
final class LockedState {
    /** What is done meanwhile. */
    interface Work {
        void run() throws IOException;
    }

    private LockedState() {}

    static void during(FirnServer server, Work work) throws IOException, SQLException {
        try (Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.data().resolve("firn.db"));
                Statement statement = other.createStatement()) {
            statement.execute("begin immediate");
            work.run();
            statement.execute("rollback");
        }
    }
}
