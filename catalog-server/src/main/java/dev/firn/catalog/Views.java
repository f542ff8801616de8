package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.Page;
import dev.firn.store.StaleStateException;
import dev.firn.store.Submission;
import dev.firn.warehouse.Warehouse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.view.ViewMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Views and their commits. */
public final class Views {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);
    private static final int MOST_ATTEMPTS = 100;

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final ViewDocuments documents;
    private final CommitLocks locks;
    private final DeletionLock deletions;
    private final Finishers finishers;

    /** Over this state, with files in this warehouse; {@code deletions} keeps them from being deleted while one is registered. */
    Views(
            CatalogStore store,
            Warehouse warehouse,
            ViewDocuments documents,
            CommitLocks locks,
            DeletionLock deletions,
            Finishers finishers) {
        this.store = store;
        this.warehouse = warehouse;
        this.documents = documents;
        this.locks = locks;
        this.deletions = deletions;
        this.finishers = finishers;
    }

    /** The names of the views directly in a namespace. Throws {@link NoSuchNamespaceException} if it does not exist. */
    public List<String> list(CatalogSession session, Namespace namespace, Page page) {
        namespace(session, namespace);
        return store.names(session.catalog(), namespace, EntryKind.VIEW, session.moment(), page);
    }

    /** Where the view's state is. Throws {@link NoSuchViewException} if it does not exist. */
    public Entry load(CatalogSession session, TableIdentifier identifier) {
        return store.entry(session.catalog(), identifier, session.moment())
                .filter(entry -> entry.kind() == EntryKind.VIEW)
                .orElseThrow(() -> new NoSuchViewException("View does not exist: %s", identifier));
    }

    /** The state itself. */
    public ViewDocument document(Entry view) {
        return documents.read(view.metadataLocation());
    }

    /** Makes a view. The result is its state, and is known when that is durable; what fails before is thrown. What uses it must not wait for a client. */
    public CompletableFuture<ViewDocument> create(CatalogSession session, NewView view) {
        session.requirePresent();
        TableIdentifier identifier = view.identifier();
        Names.require(identifier);
        NamespaceVersion namespace = namespace(session, identifier.namespace());
        requireFree(session, identifier);
        String location =
                view.location() == null ? warehouse.newLocation(identifier, namespace.properties()) : view.location();
        warehouse.requireInside(location);
        warehouse.requireInside(view.properties());
        Written<ViewDocument> written = documents.write(initialMetadata(view, location), 0);
        Submission<Long> submission =
                submit(session, written, create(identifier, written.document(), Change.Origin.CREATED));
        return finishers.ask(submission, () -> written(submission, written.document()));
    }

    private static ViewMetadata initialMetadata(NewView view, String location) {
        if (view.version().versionId() < 0) {
            // To Iceberg -1 means the version added last, of which a view that is made has none.
            throw new BadRequestException(
                    "The version-id of a view must not be negative: %s",
                    view.version().versionId());
        }
        try {
            ViewMetadata metadata = ViewMetadata.builder()
                    .assignUUID(UUID.randomUUID().toString())
                    .setProperties(view.properties())
                    .setLocation(location)
                    .setCurrentVersion(view.version(), view.schema())
                    .build();
            Understood.require(metadata);
            return metadata;
        } catch (BadRequestException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidDefinitionException(e);
        } catch (RuntimeException e) {
            throw new BadRequestException(
                    e, "Cannot create the view %s: %s", view.identifier(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * Commits to a view and returns its new state.
     *
     * @throws NoSuchViewException if it does not exist
     * @throws CommitFailedException if a requirement does not hold; nothing has changed
     */
    public ViewDocument commit(CatalogSession session, TableCommit commit) {
        session.requirePresent();
        try (CommitLocks.Held held = locks.acquire(session.catalog(), List.of(commit.identifier()))) {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                Entry entry = load(session, commit.identifier());
                ViewDocument present = document(entry);
                ViewMetadata next = Updates.apply(present.metadata(), commit);
                if (next == present.metadata()) {
                    session.receipt(present).ifPresent(store::remember);
                    return present;
                }
                warehouse.requireInside(next.location());
                warehouse.requireInside(next.properties());
                Written<ViewDocument> written =
                        documents.write(next, Warehouse.metadataVersion(entry.metadataLocation()) + 1);
                String location = written.document().metadata().metadataFileLocation();
                try {
                    Change move = new Change.MoveEntry(entry, next.uuid(), location, commit.updateNames());
                    return written(submit(session, written, move), written.document());
                } catch (StaleStateException e) {
                    LOG.debug("Lost a race, trying again: {}", e.getMessage());
                }
            }
        }
        throw new CommitFailedException("View changes too often: %s", commit.identifier());
    }

    /** Gives a name to a view whose metadata file is already there. */
    public ViewDocument register(CatalogSession session, TableIdentifier identifier, String metadataLocation) {
        session.requirePresent();
        Names.require(identifier);
        namespace(session, identifier.namespace());
        requireFree(session, identifier);
        return deletions.withoutDeletions(() -> registerPresent(session, identifier, metadataLocation));
    }

    private ViewDocument registerPresent(CatalogSession session, TableIdentifier identifier, String metadataLocation) {
        warehouse.requireMetadata(metadataLocation);
        ViewDocument document;
        try {
            document = documents.parse(metadataLocation);
        } catch (NotFoundException | IllegalArgumentException e) {
            throw new BadRequestException(e, "Cannot register a view: %s", e.getMessage());
        }
        documents.requireSettled(metadataLocation);
        warehouse.requireInside(document.metadata().location());
        warehouse.requireInside(document.metadata().properties());
        // Whoever wrote the file need not have synced it, and what the catalog points to has to last.
        warehouse.files().sync(List.of(metadataLocation));
        store.apply(session.transaction(create(identifier, document, Change.Origin.REGISTERED), document));
        documents.remember(document);
        return document;
    }

    /** Ends the name. The files stay. The result is known when that is durable, as with {@link #create}. */
    public CompletableFuture<Long> drop(CatalogSession session, TableIdentifier identifier) {
        Change drop = new Change.DropEntry(EntryKind.VIEW, identifier, Change.Fate.DROPPED);
        return finishers.ask(store.submit(session.transaction(drop)));
    }

    /** Gives the view another name, in any namespace. The result is known when that is durable, as with {@link #create}. */
    public CompletableFuture<Long> rename(CatalogSession session, TableIdentifier source, TableIdentifier destination) {
        session.requirePresent();
        Names.require(source);
        Names.require(destination);
        Change rename = new Change.RenameEntry(EntryKind.VIEW, source, destination);
        return finishers.ask(store.submit(session.transaction(rename)));
    }

    private static Change create(TableIdentifier identifier, ViewDocument document, Change.Origin origin) {
        ViewMetadata metadata = document.metadata();
        return new Change.CreateEntry(
                EntryKind.VIEW, identifier, metadata.uuid(), metadata.metadataFileLocation(), origin);
    }

    private Submission<Long> submit(CatalogSession session, Written<ViewDocument> written, Change change) {
        try {
            return store.submit(session.transaction(List.of(change), written.files(), written.document()));
        } catch (RuntimeException e) {
            documents.discard(written.document());
            throw e;
        }
    }

    /** What was written, once its change is durable. */
    private ViewDocument written(Submission<Long> submission, ViewDocument document) {
        try {
            submission.await();
        } catch (CommitStateUnknownException e) {
            throw e;
        } catch (RuntimeException e) {
            documents.discard(document);
            throw e;
        }
        documents.remember(document);
        return document;
    }

    private NamespaceVersion namespace(CatalogSession session, Namespace namespace) {
        return store.namespace(session.catalog(), namespace, session.moment())
                .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", namespace));
    }

    private void requireFree(CatalogSession session, TableIdentifier identifier) {
        store.entry(session.catalog(), identifier, session.moment()).ifPresent(taken -> {
            throw new AlreadyExistsException(
                    taken.kind() == EntryKind.VIEW
                            ? "View already exists: %s"
                            : "Table with same name already exists: %s",
                    identifier);
        });
    }
}
