package dev.firn.store.sql;

import dev.firn.store.NotAStateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.sqlite.SQLiteException;

/** Looks at a file before it may become the state. */
final class BackupCheck {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TABLES = 4;

    /** Every size that a page may have is a multiple of it. */
    static final int SMALLEST_PAGE = 512;

    /** How the names of SQLite's codes begin that tell of a disk, of memory or of descriptors. */
    private static final List<String> OF_THE_MACHINE =
            List.of("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_NOMEM", "SQLITE_CANTOPEN", "SQLITE_BUSY");

    private BackupCheck() {}

    /**
     * Looks at it, and takes its sum away.
     *
     * @throws NotAStateException unless the file is a whole state of this or an earlier version of the server, as it was written
     * @throws ServiceUnavailableException if it cannot be read now
     */
    static void require(Path file) {
        requireSum(file);
        requireMagic(file);
        try (Connection connection = Sqlite.openReader(file);
                Statement statement = connection.createStatement()) {
            int tables = Integer.parseInt(
                    value(
                            statement,
                            "select count(*) from sqlite_schema where type = 'table' and name in ('catalog', 'change', 'namespace_version', 'entry_version')"));
            int version = Integer.parseInt(value(statement, "pragma user_version"));
            if (tables != TABLES || version < 1) {
                throw new NotAStateException("The file is no state of Firn: it is another database");
            }
            if (version > Migrations.newest()) {
                throw new NotAStateException(
                        "The file was written by a newer version of Firn (state version %d, this server knows %d)"
                                .formatted(version, Migrations.newest()));
            }
            requireAllPages(file, statement);
            String found = value(statement, "pragma integrity_check(1)");
            if (!found.equals("ok")) {
                throw new NotAStateException(
                        "The file is damaged: " + found.strip().replaceAll("\\s+", " "));
            }
        } catch (SQLException e) {
            if (isOfTheMachine(e)) {
                throw new ServiceUnavailableException(e, "Cannot read the backup: %s", e.getMessage());
            }
            throw new NotAStateException("The file is damaged: " + e.getMessage(), e);
        }
    }

    /** Whether it says nothing of the file: another time it may be found whole. */
    private static boolean isOfTheMachine(SQLException e) {
        if (!(e instanceof SQLiteException failure)) {
            return false;
        }
        String code = failure.getResultCode().name();
        return OF_THE_MACHINE.stream().anyMatch(code::startsWith);
    }

    private static void requireSum(Path file) {
        try {
            BackupSum.requireAndRemove(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the backup", e);
        }
    }

    private static void requireMagic(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            if (!Arrays.equals(stream.readNBytes(MAGIC.length), MAGIC)) {
                throw new NotAStateException("The file is no state of Firn: it is no SQLite database");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the backup", e);
        }
    }

    /** What is missing of the last page SQLite reads as zeros, and it may find nothing wrong with these. */
    private static void requireAllPages(Path file, Statement statement) throws SQLException {
        long expected = Long.parseLong(value(statement, "pragma page_count"))
                * Long.parseLong(value(statement, "pragma page_size"));
        try {
            long size = Files.size(file);
            if (size < expected) {
                throw new NotAStateException(
                        "The file is damaged: it was cut off, it has %d of %d bytes".formatted(size, expected));
            }
            if (size % SMALLEST_PAGE != 0) {
                throw new NotAStateException(
                        "The file is damaged: it was cut off within its last line, which has its sum, or something was added behind it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the backup", e);
        }
    }

    private static String value(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
