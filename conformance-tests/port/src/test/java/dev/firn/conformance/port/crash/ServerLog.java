package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.FirnServer;
import java.util.List;

/** What a server has to complain about. */
final class ServerLog {
    private ServerLog() {}

    /** Servers that start at the same time race to remove what a killed one has left of SQLite's driver in the folder for temporary files: that is none of ours. */
    static List<String> failures(FirnServer server) {
        return server.process()
                .stderr()
                .lines()
                .filter(line -> line.contains("[ERROR]") && !line.contains("SQLiteJDBCLoader"))
                .toList();
    }
}
