package dev.firn.store.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** How connections to the file of state are opened. */
final class Sqlite {
    static final int BUSY_TIMEOUT_MILLIS = 10_000;
    private static final int WRITER_CACHE_KIBIBYTES = 16_384;

    /** There are several that read, and each begins anew after every commit: little is worth keeping but what is above the leaves of an index. */
    private static final int READER_CACHE_KIBIBYTES = 4_096;

    /** A log that has grown beyond this is cut when it begins anew; in bytes. */
    private static final long LARGEST_IDLE_LOG = 128L * 1024 * 1024;

    static {
        SqliteLibrary.load();
    }

    private Sqlite() {}

    /** The one connection that writes. A commit on it returns when the log is on the disk. */
    static Connection openWriter(Path file) throws SQLException {
        SQLiteConfig config = common(WRITER_CACHE_KIBIBYTES);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setPragma(SQLiteConfig.Pragma.JOURNAL_SIZE_LIMIT, String.valueOf(LARGEST_IDLE_LOG));
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        // When it is time for a checkpoint is for Checkpoints to say.
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_autocheckpoint = 0");
        }
        return connection;
    }

    /**
     * Keeps in memory what takes back a part of a transaction. SQLite writes it to a file of its own as soon as a group of commits touches sixteen pages twice. To be called
     * after the migrations, which sort more than there is to be in memory.
     */
    static void takeBackInMemory(Handle handle) {
        Positional.execute(handle, "pragma temp_store = memory");
    }

    /** The version of the file's shape; 0 if it has none. */
    static int version(Handle handle) {
        return Positional.first(handle, "pragma user_version", row -> row.getInt("user_version"))
                .orElseThrow();
    }

    /** A connection that cannot write. */
    static Connection openReader(Path file) throws SQLException {
        SQLiteConfig config = common(READER_CACHE_KIBIBYTES);
        config.setReadOnly(true);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /**
     * As {@link #openReader}, also where nothing can be made beside the file, as on a medium that is mounted read-only. There nobody writes, so the file is read as it
     * is, without what SQLite has beside it for those who do.
     */
    static Connection openExaminer(Path file) throws SQLException {
        Path whole = file.toAbsolutePath();
        Path folder = whole.getParent();
        if (folder == null
                || Files.isWritable(folder)
                || Files.exists(beside(whole, "-shm"))
                || Files.exists(log(whole))) {
            return openReader(file);
        }
        SQLiteConfig config = common(READER_CACHE_KIBIBYTES);
        config.setReadOnly(true);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        return config.createConnection("jdbc:sqlite:file:" + whole.toUri().getRawPath() + "?immutable=1");
    }

    /**
     * Makes durable what a process before has left in the log, names included. It may have been killed between writing and syncing it; SQLite takes that for committed,
     * and so would everybody who is answered from it, until a power cut takes it away. To be called before the database is opened.
     *
     * @throws UncheckedIOException if that fails
     */
    static void syncLog(Path file) {
        Path log = log(file.toAbsolutePath());
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            if (channel.size() > 0) {
                channel.force(true);
                syncFolder(log);
            }
        } catch (NoSuchFileException e) {
            // The process before has ended as it should, or there was none.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot sync " + log + ": " + e.getMessage(), e);
        }
    }

    /** Makes the name of a file durable. */
    static void syncFolder(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** The write-ahead log of the database in this file, where there is one. */
    static Path log(Path file) {
        return beside(file, "-wal");
    }

    private static Path beside(Path file, String end) {
        return file.resolveSibling(file.getFileName() + end);
    }

    private static SQLiteConfig common(int cacheKibibytes) {
        SQLiteConfig config = new SQLiteConfig();
        // Nobody asks for them, and the driver would query them after each insert.
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // Negative: the size of the page cache in KiB, not in pages.
        config.setCacheSize(-cacheKibibytes);
        return config;
    }
}
