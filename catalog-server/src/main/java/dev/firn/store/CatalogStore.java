package dev.firn.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The port to the state: catalogs, the versions of their names, and the ledger of changes.
 *
 * <p>Reads see every change whose {@link #apply} has returned, and nothing of one that has not been made durable. A listing is ordered by the bytes of
 * the names in UTF-8.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now.
 */
public interface CatalogStore extends AutoCloseable {
    /** The catalog of this name. */
    Optional<CatalogRecord> catalog(String name);

    /** The namespace as it was at that moment. */
    Optional<NamespaceVersion> namespace(CatalogRecord catalog, Namespace namespace, Moment moment);

    /** The namespaces directly below {@code parent}; those of the top level below {@link Namespace#empty()}. The page's {@code after} is the last level of a name. */
    List<Namespace> namespaces(CatalogRecord catalog, Namespace parent, Moment moment, Page page);

    /** What the name pointed to at that moment, table or view. */
    Optional<Entry> entry(CatalogRecord catalog, TableIdentifier identifier, Moment moment);

    /**
     * What an object of this identity was at that moment, whatever its name; one of them if it had several (it can be registered twice). Reads all names, so it is
     * nothing for every request.
     */
    Optional<Entry> entry(CatalogRecord catalog, String uuid, Moment moment);

    /** The names of a kind directly in a namespace. Empty if the namespace does not exist. */
    List<String> names(CatalogRecord catalog, Namespace namespace, EntryKind kind, Moment moment, Page page);

    /**
     * A number for what is directly in a namespace now: the names of its tables, views and namespaces. As long as it is the same, so is every listing of them, and no
     * other listing ever has it while this process lives. Commits to a table do not change it. Empty while names there are being changed: what is read then must not be kept.
     */
    OptionalLong listingVersion(CatalogRecord catalog, Namespace namespace);

    /** What is remembered of the request with this key, if it is still within its lifetime. */
    Optional<Receipt> receipt(String key);

    /** The whole state in files of its own. */
    BackupStore backups();

    /**
     * Applies all changes or none. When it returns, they are durable.
     *
     * <p>If it throws, nothing has changed, with one exception: after {@link org.apache.iceberg.exceptions.CommitStateUnknownException} the transaction may
     * be there or not, whole in either case.
     *
     * @return the ledger's number of the last change of the transaction
     * @throws org.apache.iceberg.exceptions.AlreadyExistsException if a name that is to be made is taken
     * @throws org.apache.iceberg.exceptions.NoSuchNamespaceException if a namespace does not exist
     * @throws org.apache.iceberg.exceptions.NoSuchTableException if a table does not exist
     * @throws org.apache.iceberg.exceptions.NoSuchViewException if a view does not exist
     * @throws org.apache.iceberg.exceptions.NamespaceNotEmptyException if a namespace that is to end is not empty
     * @throws StaleStateException if a version is no longer the expected one
     * @throws ReceiptTakenException if a request with the key of the receipt has been finished
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if the state cannot be changed now (a full disk, a read-only file)
     * @throws org.apache.iceberg.exceptions.CommitStateUnknownException if it is not known whether the change is durable
     */
    default long apply(Transaction transaction) {
        return submit(transaction).await();
    }

    /**
     * Hands over a transaction and does not wait. Transactions are applied in the order in which they are handed over, each as by {@link #apply}, which tells
     * what the submission throws.
     *
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if the state takes no more changes
     */
    Submission<Long> submit(Transaction transaction);

    /** The oldest files after {@code afterId} that came with a transaction and have not been {@linkplain #release released}, at most {@code limit}. */
    List<KeptFile> keptFiles(long afterId, int limit);

    /** The id of the newest kept file; 0 if there is none. */
    long newestKeptFile();

    /** What is kept of a file. */
    KeptContent content(KeptFile file);

    /** Lets go of these kept files, and of no other: they are durable by themselves. */
    void release(List<KeptFile> safe);

    /** What has happened: the ledger that {@link #apply} writes. */
    LedgerStore ledger();

    /** What was dropped and can come back. */
    DroppedStore dropped();

    /** The deletion of what was purged. */
    PurgeStore purges();

    /** The end of what is older than it is to be kept. */
    HistoryStore history();

    /** Which metadata files it names. */
    NamedFiles namedFiles();

    /** Metadata files that only ended history pointed to. */
    FormerFileStore formerFiles();

    /** The metadata files of all of history, which are to last. */
    LastingFileStore lastingFiles();

    /** What engines reported of tables. */
    MetricsStore metrics();

    /** Who is told of changes. */
    WebhookStore webhooks();

    /** Remembers a request that changed nothing. Throws as {@link #apply}. */
    void remember(Receipt receipt);

    @Override
    void close();
}
