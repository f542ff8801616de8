package dev.firn.store.sql;

import dev.firn.store.BackupStore;
import dev.firn.store.CatalogStore;
import dev.firn.store.NamedFiles;
import dev.firn.store.RestoredLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;

/** Copies of the file of state, made by SQLite's online backup. */
final class SqlBackupStore implements BackupStore {
    private static final String TEMPORARY = ".copy-";
    private static final String BEFORE = ".before-restore-";
    private static final int ALL_PAGES = -1;
    private static final int PAUSE_MILLIS = 10;
    private static final int ATTEMPTS = 100;

    private final Path state;
    private final Clock clock;
    private final Reads reads;
    private final GroupCommit writer;
    private final PresentVersions present;
    private final Arrivals arrivals;

    /** Of this file of state. Deletes the temporary files that are left beside it. */
    SqlBackupStore(
            Path state, Clock clock, Reads reads, GroupCommit writer, PresentVersions present, Arrivals arrivals) {
        this.state = state;
        this.clock = clock;
        this.reads = reads;
        this.writer = writer;
        this.present = present;
        this.arrivals = arrivals;
        Path folder = state.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, state.getFileName() + TEMPORARY + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete what is left of an earlier backup", e);
        }
    }

    @Override
    public Path temporary() {
        Path file = state.resolveSibling(state.getFileName() + TEMPORARY + UUID.randomUUID());
        OwnerOnly.create(file);
        return file;
    }

    @Override
    public Path before() {
        String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString().replace(":", "");
        return state.resolveSibling(state.getFileName() + BEFORE + time);
    }

    /** The files beside a state that hold what it was before restores. */
    static List<Path> statesBefore(Path state) {
        Path whole = state.toAbsolutePath();
        Path folder = whole.getParent();
        if (folder == null) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, file -> isStateBefore(file, whole))) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for states from before a restore in " + folder, e);
        }
        return found;
    }

    /** Not the log or the lock of one that somebody has opened. */
    private static boolean isStateBefore(Path file, Path state) {
        String name = file.getFileName().toString();
        return name.startsWith(state.getFileName() + BEFORE) && name.endsWith("Z");
    }

    @Override
    public void write(Path file) {
        try (Connection connection = Sqlite.openReader(state)) {
            copy(connection, file);
        } catch (SQLException | IOException e) {
            deleteUnused(file, e);
            throw new ServiceUnavailableException(e, "Cannot write a backup: %s", e.getMessage());
        }
    }

    @Override
    public CatalogStore open(Path file) {
        BackupCheck.require(file);
        try {
            return new SqlCatalogStore(file, clock);
        } catch (JdbiException e) {
            throw new ServiceUnavailableException(e, "Cannot open the backup: %s", Reasons.of(e));
        }
    }

    @Override
    public void eachPresentLocation(Consumer<String> action) {
        reads.read(handle -> {
            Positional.each(
                    handle,
                    "select metadata_location from entry_version where to_change is null",
                    row -> row.getString("metadata_location"),
                    action);
            return true;
        });
    }

    @Override
    public void requireRestorable(Path file) {
        try {
            new Succession(file, state).requireFiles();
        } catch (SQLException e) {
            throw new ServiceUnavailableException(e, "Cannot restore the state: %s", e.getMessage());
        }
    }

    @Override
    public long restore(Path file, Path before, String principal, Consumer<RestoredLedger> last) {
        long change = writer.submitAlone((handle, transactions) -> {
            boolean hasChanged = LedgerSql.newest(handle).change() > 0;
            if (hasChanged) {
                keep(handle.getConnection(), before);
            }
            try {
                RestoredLedger next = new Succession(file, state).prepare(principal, clock.millis());
                last.accept(next);
                // The backup may have secrets that this state has not had yet.
                OwnerOnly.protect(state);
                replace(handle, file, next.newest(), transactions);
                return next.newest().change();
            } catch (CommitStateUnknownException e) {
                // It may be the state after the next start: what it was before is to be had.
                throw e;
            } catch (RuntimeException e) {
                // It was refused, could not be prepared or was taken back: the state is what it was.
                deleteUnused(before, e);
                throw e;
            } catch (SQLException e) {
                deleteUnused(before, e);
                throw new ServiceUnavailableException(e, "Cannot restore the state: %s", e.getMessage());
            } finally {
                present.forgetAll();
            }
        });
        arrivals.reached(change);
        return change;
    }

    /**
     * Makes a copy of the state, whole and durable before it has its name: of what a kill leaves nobody could tell that it is only half of it, and the next start deletes
     * it.
     */
    private void keep(Connection connection, Path before) {
        Path copy = temporary();
        try {
            copy(connection, copy);
            // Not over one that is there: it is another restore's then.
            Files.move(copy, before);
        } catch (SQLException | IOException e) {
            deleteUnused(copy, e);
            throw cannotKeep(before, e);
        }
        try {
            Sqlite.syncFolder(before);
        } catch (IOException e) {
            deleteUnused(before, e);
            throw cannotKeep(before, e);
        }
    }

    private static ServiceUnavailableException cannotKeep(Path before, Exception cause) {
        return new ServiceUnavailableException(
                cause, "Cannot keep the state as it was in %s: %s", before, cause.getMessage());
    }

    /**
     * Writes over the state. What the driver returns is the condition of the file that is read; that the state could not be written shows only in what it is afterwards.
     */
    private void replace(Handle handle, Path file, NamedFiles.Mark mark, WriterTransactions transactions) {
        try {
            requireOk(handle.getConnection()
                    .unwrap(SQLiteConnection.class)
                    .getDatabase()
                    .restore("main", file.toString(), null, PAUSE_MILLIS, ATTEMPTS, ALL_PAGES));
            long newest = LedgerSql.newest(handle).change();
            if (newest != mark.change()) {
                throw new SQLException("it could not be written, and stands at change " + newest + " as before");
            }
        } catch (SQLException | JdbiException e) {
            if (transactions.rollbackInDoubt()) {
                throw new ServiceUnavailableException(e, "Cannot restore the state: %s", e.getMessage());
            }
            throw new CommitStateUnknownException(e);
        }
    }

    /** All pages in one step, so they are those of one moment, and in write-ahead mode nobody waits for it; and their sum. */
    private static void copy(Connection connection, Path file) throws SQLException, IOException {
        int code = connection
                .unwrap(SQLiteConnection.class)
                .getDatabase()
                .backup("main", file.toString(), null, PAUSE_MILLIS, ATTEMPTS, ALL_PAGES);
        requireOk(code);
        // The copy says of itself that it has a write-ahead log; a backup is one file.
        try (Connection copy = Sqlite.openWriter(file);
                Statement statement = copy.createStatement()) {
            statement.execute("pragma journal_mode = delete");
        }
        BackupSum.append(file);
    }

    static void requireOk(int code) throws SQLException {
        if (code != SQLiteErrorCode.SQLITE_OK.code) {
            throw new SQLException("SQLite answered " + SQLiteErrorCode.getErrorCode(code));
        }
    }

    private static void deleteUnused(Path file, Exception cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
