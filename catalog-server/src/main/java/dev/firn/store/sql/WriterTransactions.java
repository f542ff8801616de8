package dev.firn.store.sql;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The transactions of the connection that writes, in SQL of their own. The driver's switch between committing by itself and not keeps its position when SQLite
 * could not begin, or has rolled back by itself; what was executed next would be committed piece by piece.
 *
 * <p>Also what is known after a commit that failed. SQLite writes all frames of a transaction to its log, the one that makes them count last, and then syncs the log.
 * If that sync fails, the transaction does not count in this process but would after the next start, which reads the log from the file. So it is overwritten at once
 * by a transaction that changes nothing, and nobody writes before that has succeeded.
 */
final class WriterTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(WriterTransactions.class);

    /** Failures of a commit that come before its last frame is whole. */
    private static final Set<SQLiteErrorCode> BEFORE_IT_COUNTS = Set.of(
            SQLiteErrorCode.SQLITE_BUSY,
            SQLiteErrorCode.SQLITE_FULL,
            SQLiteErrorCode.SQLITE_IOERR_WRITE,
            SQLiteErrorCode.SQLITE_READONLY);

    private static final int LOCKED_MILLIS = 500;

    private final Statement statement;
    private final int version;
    private boolean inDoubt;

    /** Somebody else has held the file for longer than we wait. Until it is free, those who come next are told so soon. */
    private boolean locked;

    /** On a connection that commits by itself whatever is executed outside of a transaction. */
    WriterTransactions(Handle handle) {
        this.version = Sqlite.version(handle);
        try {
            this.statement = handle.getConnection().createStatement();
        } catch (SQLException e) {
            throw new TransactionException("Cannot prepare to write", e);
        }
    }

    /** Begins one, and waits for others that write to the file. */
    void begin() {
        if (inDoubt) {
            overwrite();
        }
        try {
            execute("begin immediate");
        } catch (TransactionException e) {
            if (isBusy(e) && !locked) {
                locked = true;
                execute("pragma busy_timeout = " + LOCKED_MILLIS);
            }
            throw e;
        }
        if (locked) {
            locked = false;
            execute("pragma busy_timeout = " + Sqlite.BUSY_TIMEOUT_MILLIS);
        }
    }

    private static boolean isBusy(TransactionException e) {
        return e.getCause() instanceof SQLiteException cause
                && cause.getResultCode().name().startsWith("SQLITE_BUSY");
    }

    /** Commits it. When this returns it is durable; when it throws, {@link #rollback} has to follow. */
    void commit() {
        try {
            execute("commit");
        } catch (TransactionException e) {
            inDoubt = !(e.getCause() instanceof SQLiteException cause
                    && BEFORE_IT_COUNTS.contains(cause.getResultCode()));
            throw e;
        }
    }

    /**
     * Ends a transaction that has failed.
     *
     * @return whether it is certain that nothing of it will ever be seen
     */
    boolean rollback() {
        try {
            execute("rollback");
        } catch (TransactionException e) {
            // Most often SQLite has done so before.
            LOG.debug("Cannot roll back", e);
        }
        if (inDoubt) {
            try {
                overwrite();
            } catch (TransactionException e) {
                LOG.error("Cannot overwrite a transaction that was not committed", e);
            }
        }
        return !inDoubt;
    }

    /**
     * Ends a transaction that somebody else made on this connection, and that has failed who knows where.
     *
     * @return whether it is certain that nothing of it will ever be seen
     */
    boolean rollbackInDoubt() {
        inDoubt = true;
        return rollback();
    }

    /** Every commit writes to the log; what an earlier one has left behind its end does not count any more then. */
    private void overwrite() {
        try {
            execute("begin immediate");
            execute("pragma user_version = " + version);
            execute("commit");
            inDoubt = false;
        } catch (TransactionException e) {
            try {
                execute("rollback");
            } catch (TransactionException ended) {
                LOG.debug("Cannot roll back", ended);
            }
            throw e;
        }
    }

    /** Begins a part that can be taken back alone. */
    void savepoint() {
        execute("savepoint work");
    }

    /** Keeps the part. */
    void release() {
        execute("release work");
    }

    /** Takes the part back. */
    void takeBack() {
        execute("rollback to work");
        execute("release work");
    }

    private void execute(String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new TransactionException("Cannot " + sql + ": " + e.getMessage(), e);
        }
    }
}
