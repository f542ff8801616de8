package dev.firn.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.Page;
import dev.firn.store.PurgeStore;
import dev.firn.store.StaleStateException;
import dev.firn.store.Submission;
import dev.firn.warehouse.Warehouse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables, but for their commits: {@link Commits}. */
public final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private static final int MOST_STAGED = 10_000;
    private static final Duration STAGED_FOR = Duration.ofHours(1);

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final TableDocuments documents;
    private final AddedFiles added;
    private final DeletionLock deletions;
    private final Finishers finishers;

    /** The identities of tables that are staged. */
    private final Cache<Staged, String> staged = Caffeine.newBuilder()
            .maximumSize(MOST_STAGED)
            .expireAfterWrite(STAGED_FOR)
            .build();

    private record Staged(int catalog, TableIdentifier identifier) {}

    /** Over this state, with files in this warehouse; {@code deletions} keeps them from being deleted while one is registered. */
    Tables(
            CatalogStore store,
            Warehouse warehouse,
            TableDocuments documents,
            AddedFiles added,
            DeletionLock deletions,
            Finishers finishers) {
        this.store = store;
        this.warehouse = warehouse;
        this.documents = documents;
        this.added = added;
        this.deletions = deletions;
        this.finishers = finishers;
    }

    /** The names of the tables directly in a namespace. Throws {@link NoSuchNamespaceException} if it does not exist. */
    public List<String> list(CatalogSession session, Namespace namespace, Page page) {
        namespace(session, namespace);
        return store.names(session.catalog(), namespace, EntryKind.TABLE, session.moment(), page);
    }

    /** Where the table's state is. Throws {@link NoSuchTableException} if it does not exist. */
    public Entry load(CatalogSession session, TableIdentifier identifier) {
        return find(session, identifier)
                .orElseThrow(() -> new NoSuchTableException("Table does not exist: %s", identifier));
    }

    /** The state itself. Throws {@link OverBudgetException} if others who read take all the memory that they may. */
    public TableDocument document(Entry table) {
        return documents.read(table);
    }

    /**
     * What {@code use} makes of the state. As long as it makes that, a state that was not in memory counts as being read.
     *
     * @throws OverBudgetException if others who read take all the memory that they may
     */
    public <T> T read(Entry table, Function<TableDocument, T> use) {
        return documents.read(table, use);
    }

    /** How long the text of the state is, in bytes, without reading it. */
    public long length(Entry table) {
        return documents.length(table);
    }

    /**
     * Asks for the file behind the pointer, which somebody may have deleted while its content is still remembered.
     *
     * @throws NoSuchTableException if this is a past catalog, and the table was purged since
     * @throws NotFoundException if it is gone
     * @throws java.io.UncheckedIOException if all is gone there, as where a disk is not mounted
     */
    public void requireFile(CatalogSession session, Entry table) {
        boolean exists = warehouse.files().exists(table.metadataLocation());
        requireNotPurged(session, table, exists);
        if (!exists) {
            warehouse.files().requireNotAway(table.metadataLocation());
            throw new NotFoundException("Failed to open input stream for file: %s", table.metadataLocation());
        }
    }

    /** Throws {@link NoSuchTableException} if this is a past catalog, and the table was purged since. */
    public void requireNotPurged(CatalogSession session, Entry table) {
        if (!session.moment().isPresent()) {
            requireNotPurged(session, table, warehouse.files().exists(table.metadataLocation()));
        }
    }

    /** The metadata file is the last that a purge deletes: while it is there, data may be missing. */
    private void requireNotPurged(CatalogSession session, Entry table, boolean exists) {
        if (session.moment().isPresent()) {
            return;
        }
        PurgeStore purges = store.purges();
        if (exists && !purges.isGoing(session.catalog(), table.uuid())) {
            return;
        }
        purges.begunAt(session.catalog(), table.uuid()).ifPresent(begun -> {
            throw new NoSuchTableException(
                    "Table %s was purged on %s: its files are deleted, and its name is all that is left of it in %s",
                    table.identifier(), begun, session.name());
        });
    }

    /**
     * Makes a table. The result is its state, and is known when that is durable; what fails before is thrown. What uses the result must not wait for a client, as with {@link
     * Commits#commit}.
     */
    public CompletableFuture<TableDocument> create(CatalogSession session, NewTable table) {
        TableMetadata metadata = initialMetadata(session, table);
        Written<TableDocument> written = documents.write(metadata, 0, null);
        TableDocument document = written.document();
        String location = document.metadata().metadataFileLocation();
        Submission<Long> submission;
        try {
            Change create = new Change.CreateEntry(
                    EntryKind.TABLE, table.identifier(), metadata.uuid(), location, Change.Origin.CREATED);
            submission = store.submit(session.transaction(List.of(create), written.files(), document));
        } catch (RuntimeException e) {
            documents.discard(document);
            throw e;
        }
        return finishers.ask(submission, () -> created(document, submission));
    }

    /** Brings a create to its end whose outcome is known. */
    private TableDocument created(TableDocument document, Submission<Long> submission) {
        try {
            submission.await();
        } catch (CommitStateUnknownException e) {
            throw e;
        } catch (RuntimeException e) {
            documents.discard(document);
            throw e;
        }
        documents.settled(document);
        documents.remember(document);
        return document;
    }

    /** The first state of a table that a later commit will make, and its folders; nothing else comes to be. */
    public TableDocument stage(CatalogSession session, NewTable table) {
        TableDocument document = TableDocuments.document(initialMetadata(session, table));
        session.receipt(document).ifPresent(store::remember);
        staged.put(
                new Staged(session.catalog().id(), table.identifier()),
                document.metadata().uuid());
        return document;
    }

    /**
     * The identity of a table that exists, or that was staged not long ago: engines report on what they do to it before it is made.
     *
     * @throws NoSuchTableException if it is neither
     */
    String uuid(CatalogSession session, TableIdentifier identifier) {
        return find(session, identifier)
                .map(Entry::uuid)
                .or(() -> Optional.ofNullable(
                        staged.getIfPresent(new Staged(session.catalog().id(), identifier))))
                .orElseThrow(() -> new NoSuchTableException("Table does not exist: %s", identifier));
    }

    private TableMetadata initialMetadata(CatalogSession session, NewTable table) {
        session.requirePresent();
        TableIdentifier identifier = table.identifier();
        Names.require(identifier);
        NamespaceVersion namespace = namespace(session, identifier.namespace());
        requireFree(session, identifier);
        String location;
        if (table.location() == null) {
            location = warehouse.newLocation(identifier, namespace.properties());
        } else {
            location = Warehouse.withoutTrailingSlash(table.location());
            warehouse.requireInside(location);
        }
        warehouse.requireInside(table.properties());
        TableMetadata metadata;
        try {
            metadata = TableMetadata.newTableMetadata(
                    table.schema(), table.spec(), table.sortOrder(), location, table.properties());
            Understood.require(metadata);
        } catch (ValidationException | BadRequestException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BadRequestException(
                    e, "Cannot create the table %s: %s", identifier, String.valueOf(e.getMessage()));
        }
        // Refuses a location outside as well: where a namespace puts its tables is looked at once in a while, not for
        // each.
        warehouse.prepare(location);
        return metadata;
    }

    /**
     * Gives a name to a table whose metadata file is already there.
     *
     * @param overwrite whether a table that has the name now is to point to this file from now on
     */
    public TableDocument register(
            CatalogSession session, TableIdentifier identifier, String metadataLocation, boolean overwrite) {
        session.requirePresent();
        Names.require(identifier);
        namespace(session, identifier.namespace());
        if (!overwrite) {
            requireFree(session, identifier);
        }
        return deletions.withoutDeletions(() -> registerPresent(session, identifier, metadataLocation, overwrite));
    }

    private TableDocument registerPresent(
            CatalogSession session, TableIdentifier identifier, String metadataLocation, boolean overwrite) {
        TableDocument document = parse(metadataLocation);
        if (document.metadata().uuid() == null) {
            throw new BadRequestException(
                    "Cannot register a table whose metadata has no table-uuid: %s", metadataLocation);
        }
        documents.requireSettled(metadataLocation);
        warehouse.requireInside(document.metadata().location());
        warehouse.requireInside(document.metadata().properties());
        warehouse.prepare(document.metadata().location());
        // Whoever wrote the file need not have synced it, and what the catalog points to has to last.
        warehouse.files().sync(List.of(metadataLocation));
        added.syncRegistered(document.metadata());
        String uuid = document.metadata().uuid();
        Optional<Entry> present = overwrite ? find(session, identifier) : Optional.empty();
        Change change = present.isPresent()
                ? Change.MoveEntry.registration(present.get(), uuid, metadataLocation)
                : new Change.CreateEntry(EntryKind.TABLE, identifier, uuid, metadataLocation, Change.Origin.REGISTERED);
        try {
            store.apply(session.transaction(change, document));
        } catch (StaleStateException e) {
            return register(session, identifier, metadataLocation, overwrite);
        } catch (AlreadyExistsException e) {
            if (!overwrite || isView(session, identifier)) {
                throw e;
            }
            // Somebody else made the table since it was looked for: now it can be overwritten.
            return register(session, identifier, metadataLocation, true);
        }
        documents.remember(document);
        return document;
    }

    private TableDocument parse(String metadataLocation) {
        warehouse.requireMetadata(metadataLocation);
        try {
            return documents.parse(metadataLocation);
        } catch (NotFoundException | IllegalArgumentException e) {
            throw new BadRequestException(e, "Cannot register a table: %s", e.getMessage());
        }
    }

    /** Ends the name. Its files stay unless they are to be purged. The result is known when that is durable, as with {@link #create}. */
    public CompletableFuture<Long> drop(CatalogSession session, TableIdentifier identifier, boolean purge) {
        Change.Fate fate = purge ? Change.Fate.PURGED : Change.Fate.DROPPED;
        return finishers.ask(
                store.submit(session.transaction(new Change.DropEntry(EntryKind.TABLE, identifier, fate))));
    }

    /**
     * Ends the name and leaves all files where they are, for another catalog to register.
     *
     * @return the last state, with every commit that was made before
     * @throws NoSuchTableException if the table does not exist
     */
    public TableDocument unregister(CatalogSession session, TableIdentifier identifier) {
        session.requirePresent();
        while (true) {
            Entry table = load(session, identifier);
            TableDocument last = document(table);
            try {
                store.apply(session.transaction(Change.DropEntry.expecting(table, Change.Fate.UNREGISTERED), last));
                return last;
            } catch (StaleStateException e) {
                LOG.debug("A commit came between, trying again: {}", e.getMessage());
            }
        }
    }

    /** Gives the table another name, in any namespace. The result is known when that is durable, as with {@link #create}. */
    public CompletableFuture<Long> rename(CatalogSession session, TableIdentifier source, TableIdentifier destination) {
        session.requirePresent();
        Names.require(source);
        Names.require(destination);
        return finishers.ask(
                store.submit(session.transaction(new Change.RenameEntry(EntryKind.TABLE, source, destination))));
    }

    private Optional<Entry> find(CatalogSession session, TableIdentifier identifier) {
        return store.entry(session.catalog(), identifier, session.moment())
                .filter(entry -> entry.kind() == EntryKind.TABLE);
    }

    private boolean isView(CatalogSession session, TableIdentifier identifier) {
        return store.entry(session.catalog(), identifier, session.moment())
                .filter(entry -> entry.kind() == EntryKind.VIEW)
                .isPresent();
    }

    private NamespaceVersion namespace(CatalogSession session, Namespace namespace) {
        return store.namespace(session.catalog(), namespace, session.moment())
                .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", namespace));
    }

    private void requireFree(CatalogSession session, TableIdentifier identifier) {
        store.entry(session.catalog(), identifier, session.moment()).ifPresent(taken -> {
            throw new AlreadyExistsException(
                    taken.kind() == EntryKind.TABLE
                            ? "Table already exists: %s"
                            : "View with same name already exists: %s",
                    identifier);
        });
    }
}
