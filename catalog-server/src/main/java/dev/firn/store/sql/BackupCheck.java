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

/** Looks at a file before it may become the state. */
final class BackupCheck {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TABLES = 4;

    private BackupCheck() {}

    /** Throws {@link NotAStateException} unless the file is a whole state of this or an earlier version of the server. */
    static void require(Path file) {
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
            String found = value(statement, "pragma integrity_check(1)");
            if (!found.equals("ok")) {
                throw new NotAStateException(
                        "The file is damaged: " + found.strip().replaceAll("\\s+", " "));
            }
        } catch (SQLException e) {
            throw new NotAStateException("The file is damaged: " + e.getMessage(), e);
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

    private static String value(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
