package dev.firn.conformance.port.crash;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The metadata files that the state keeps until they are synced. */
public final class KeptFiles {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private KeptFiles() {}

    /** Returns when all are synced. */
    public static void awaitNone(Path data) {
        await(data, 0);
    }

    /** Returns when all but so many are synced. */
    static void await(Path data, int left) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count(data) > left) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The state still keeps files that should have been synced");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** The files of which others are kept only as differences, in a state or a backup of it. */
    public static List<String> bases(Path state) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("select base from kept_file where base is not null order by file_id")) {
            List<String> bases = new ArrayList<>();
            while (rows.next()) {
                bases.add(rows.getString("base"));
            }
            return bases;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many there are. */
    static int count(Path data) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                ResultSet rows = connection.createStatement().executeQuery("select count(*) from kept_file")) {
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
