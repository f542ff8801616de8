package dev.firn.store.sql;

import dev.firn.store.BackupStore;
import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.DroppedStore;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.FormerFileStore;
import dev.firn.store.HistoryStore;
import dev.firn.store.KeptContent;
import dev.firn.store.KeptFile;
import dev.firn.store.LastingFileStore;
import dev.firn.store.LedgerStore;
import dev.firn.store.MetricsStore;
import dev.firn.store.Moment;
import dev.firn.store.NamedFiles;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.NewFile;
import dev.firn.store.Page;
import dev.firn.store.PurgeStore;
import dev.firn.store.Receipt;
import dev.firn.store.Submission;
import dev.firn.store.Transaction;
import dev.firn.store.WebhookStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The state in one SQLite file. One connection writes, through {@link GroupCommit}; reads have connections of their own and never wait for it. */
public final class SqlCatalogStore implements CatalogStore {
    /** About what a change adds to the log: the pages that it touches, in bytes. */
    private static final int CHANGE_BYTES = 16_384;

    private final Clock clock;

    /** For what is remembered of requests: a clock that is set forward must not let them be done twice. */
    private final SteadyClock lifetimes;

    private final ReadConnections readConnections;
    private final Jdbi reader;
    private final PresentVersions present = new PresentVersions();
    private final Checkpoints checkpoints;
    private final GroupCommit writer;
    private final MetricsStore metrics;
    private final Arrivals arrivals;
    private final BackupStore backups;
    private final LedgerStore ledger;
    private final DroppedStore dropped;
    private final WebhookStore webhooks;
    private final PurgeStore purges;
    private final HistoryStore history;
    private final NamedFiles namedFiles;
    private final FormerFileStore formerFiles;
    private final LastingFileStore lastingFiles;

    /** Where the ledger stands, as the writer's thread sees it within its transaction; null when it has to be read again. */
    private LedgerSql.@Nullable Position newest;

    /**
     * Opens the file, making or migrating it if need be.
     *
     * @throws NewerStateException if a newer version of the server wrote it
     * @throws dev.firn.store.NotAStateException if it is a backup beside the log of another state
     * @throws JdbiException if it cannot be opened
     */
    public SqlCatalogStore(Path file, Clock clock) {
        this.clock = clock;
        this.lifetimes = new SteadyClock(clock);
        Sqlite.syncLog(file);
        removeSum(file);
        Handle handle = KeptStatements.open(() -> Sqlite.openWriter(file));
        try {
            Migrations.migrate(handle, file);
            Sqlite.takeBackInMemory(handle);
            this.arrivals = new Arrivals(position(handle).change());
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
        this.checkpoints = new Checkpoints(file);
        this.writer = new GroupCommit(handle, new Writes());
        this.metrics = new SqlMetricsStore(this::read, writer);
        this.readConnections = new ReadConnections(file);
        this.reader = Jdbi.create(readConnections);
        this.backups = new SqlBackupStore(file, clock, this::read, writer, present, arrivals);
        this.dropped = new SqlDroppedStore(this::read);
        this.webhooks = new SqlWebhookStore(file, clock, this::read, writer, lifetimes::millis);
        reader.setStatementBuilderFactory(readConnections::statements);
        this.purges = new SqlPurgeStore(this::read, writer, clock);
        this.history = new SqlHistoryStore(writer, checkpoints);
        this.formerFiles = new SqlFormerFileStore(this::read, writer, checkpoints, lifetimes::millis);
        this.lastingFiles = new SqlLastingFileStore(this::read, writer);
        this.ledger = new SqlLedgerStore(this::read, writer, arrivals, clock, position -> newest = position);
        this.namedFiles = new SqlNamedFiles(this::read, arrivals);
    }

    private static void removeSum(Path file) {
        try {
            BackupSum.remove(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot cut " + file + " behind its last page: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<CatalogRecord> catalog(String name) {
        return read(handle -> Positional.first(
                handle, "select catalog_id, name as catalog_name from catalog where name = ?", Rows::catalog, name));
    }

    @Override
    public Optional<NamespaceVersion> namespace(CatalogRecord catalog, Namespace namespace, Moment moment) {
        return moment.isPresent()
                ? present.namespace(catalog, namespace, () -> findNamespace(catalog, namespace, moment))
                : findNamespace(catalog, namespace, moment);
    }

    private Optional<NamespaceVersion> findNamespace(CatalogRecord catalog, Namespace namespace, Moment moment) {
        return read(handle -> NamespaceSql.find(handle, catalog, namespace, moment));
    }

    @Override
    public List<Namespace> namespaces(CatalogRecord catalog, Namespace parent, Moment moment, Page page) {
        return read(handle -> NamespaceSql.children(handle, catalog, parent, moment, page));
    }

    @Override
    public Optional<Entry> entry(CatalogRecord catalog, TableIdentifier identifier, Moment moment) {
        return moment.isPresent()
                ? present.entry(catalog, identifier, () -> findEntry(catalog, identifier, moment))
                : findEntry(catalog, identifier, moment);
    }

    private Optional<Entry> findEntry(CatalogRecord catalog, TableIdentifier identifier, Moment moment) {
        return read(handle -> EntrySql.find(handle, catalog, identifier, moment));
    }

    @Override
    public Optional<Entry> entry(CatalogRecord catalog, String uuid, Moment moment) {
        return read(handle -> EntrySql.find(handle, catalog, uuid, moment));
    }

    @Override
    public List<String> names(CatalogRecord catalog, Namespace namespace, EntryKind kind, Moment moment, Page page) {
        return read(handle -> EntrySql.names(handle, catalog, namespace, kind, moment, page));
    }

    @Override
    public OptionalLong listingVersion(CatalogRecord catalog, Namespace namespace) {
        return present.listingVersion(catalog, namespace);
    }

    @Override
    public BackupStore backups() {
        return backups;
    }

    @Override
    public LedgerStore ledger() {
        return ledger;
    }

    @Override
    public DroppedStore dropped() {
        return dropped;
    }

    @Override
    public PurgeStore purges() {
        return purges;
    }

    @Override
    public HistoryStore history() {
        return history;
    }

    @Override
    public NamedFiles namedFiles() {
        return namedFiles;
    }

    @Override
    public FormerFileStore formerFiles() {
        return formerFiles;
    }

    @Override
    public LastingFileStore lastingFiles() {
        return lastingFiles;
    }

    @Override
    public MetricsStore metrics() {
        return metrics;
    }

    @Override
    public WebhookStore webhooks() {
        return webhooks;
    }

    @Override
    public Submission<Long> submit(Transaction transaction) {
        return writer.queue(handle -> {
            long now = clock.millis();
            Receipt receipt = transaction.receipt();
            if (receipt != null) {
                ReceiptSql.requireNone(handle, receipt.key(), lifetimes.millis());
            }
            for (NewFile file : transaction.files()) {
                FileSql.keep(handle, file);
                checkpoints.wrote(file.content().bytes().length);
            }
            checkpoints.wrote((long) transaction.changes().size() * CHANGE_BYTES);
            LedgerSql.Position reached = new ChangeSql(handle, present, transaction, position(handle), now).applyAll();
            newest = reached;
            if (receipt != null) {
                ReceiptSql.store(handle, receipt, reached.change(), lifetimes.millis());
            }
            return reached.change();
        });
    }

    @Override
    public Optional<Receipt> receipt(String key) {
        return read(handle -> ReceiptSql.find(handle, key, lifetimes.millis()));
    }

    @Override
    public void remember(Receipt receipt) {
        writer.submit(handle -> {
            ReceiptSql.requireNone(handle, receipt.key(), lifetimes.millis());
            ReceiptSql.store(handle, receipt, 0, lifetimes.millis());
            return receipt;
        });
    }

    @Override
    public List<KeptFile> keptFiles(long afterId, int limit) {
        return read(handle -> FileSql.oldest(handle, afterId, limit));
    }

    @Override
    public long newestKeptFile() {
        return read(FileSql::newest);
    }

    @Override
    public KeptContent content(KeptFile file) {
        return read(handle -> FileSql.find(handle, file))
                .orElseThrow(() -> new IllegalStateException("Not kept any more: " + file.location()));
    }

    @Override
    public void release(List<KeptFile> safe) {
        writer.submit(handle -> FileSql.release(handle, safe));
    }

    private LedgerSql.Position position(Handle handle) {
        LedgerSql.Position known = newest;
        if (known == null) {
            known = LedgerSql.newest(handle);
            newest = known;
        }
        return known;
    }

    /** Keeps what is remembered of the state right. */
    private final class Writes implements GroupCommit.Observer {
        @Override
        public void takenBack(Handle handle) {
            newest = LedgerSql.newest(handle);
            present.takenBack();
        }

        @Override
        public void committed() {
            present.groupCommitted();
            if (newest != null) {
                arrivals.reached(newest.change());
            }
        }

        @Override
        public void betweenGroups(Handle handle) {
            checkpoints.betweenGroups(handle);
        }

        @Override
        public void failed() {
            present.groupFailed();
            // Not read here: the disk may be what has failed, and a number that was taken back must not be built on.
            newest = null;
        }
    }

    private <T> T read(HandleCallback<T, RuntimeException> query) {
        try {
            return reader.withHandle(query);
        } catch (JdbiException e) {
            throw new ServiceUnavailableException(e, "Cannot read the state: %s", Reasons.of(e));
        }
    }

    @Override
    public void close() {
        // The connection that is closed last takes the log over into the database file, and only the writer's may.
        try {
            readConnections.close();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot close the state", e);
        } finally {
            checkpoints.close();
            writer.close();
        }
    }
}
