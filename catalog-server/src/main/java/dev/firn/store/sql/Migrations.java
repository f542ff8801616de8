package dev.firn.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/**
 * Brings the file of state to the shape that this version of the server knows. Numbered scripts and SQLite's own {@code user_version}: a library for
 * migrations would take longer to start than the whole server.
 */
final class Migrations {
    private static final List<String> SCRIPTS = List.of(
            "V1__state.sql",
            "V2__ledger.sql",
            "V3__receipt.sql",
            "V4__metrics.sql",
            "V5__webhook.sql",
            "V6__purge.sql",
            "V7__views.sql",
            "V8__history.sql",
            "V9__difference.sql",
            "V10__former_file.sql",
            "V11__dropped_purge.sql",
            "V12__lasting_file.sql");

    private Migrations() {}

    /** The version of the shape that this program knows. */
    static int newest() {
        return SCRIPTS.size();
    }

    /**
     * Applies the scripts that the file lacks, all in one transaction.
     *
     * @throws NewerStateException if the file was written by a newer version of the server
     */
    static void migrate(Handle handle, Path file) {
        int version = Sqlite.version(handle);
        if (version > SCRIPTS.size()) {
            throw new NewerStateException(file, version, SCRIPTS.size());
        }
        if (version < SCRIPTS.size()) {
            handle.useTransaction(transaction -> {
                for (String script : SCRIPTS.subList(version, SCRIPTS.size())) {
                    execute(transaction, read(script));
                }
                execute(transaction, "pragma user_version = " + SCRIPTS.size());
            });
        }
    }

    /** As a whole: the driver hands it to SQLite as it is, while taking it apart first needs a parser, which takes longer to load than the scripts to run. */
    private static void execute(Handle handle, String script) {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.executeUpdate(script);
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static String read(String script) {
        try (InputStream stream = Migrations.class.getResourceAsStream("sqlite/" + script)) {
            if (stream == null) {
                throw new IllegalStateException("The jar lacks the migration " + script);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the migration " + script, e);
        }
    }
}
