package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.NewFile;
import dev.firn.store.StaleStateException;
import dev.firn.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit path, of one table or of several: present pointer, its metadata, requirements, updates, new metadata file, then one transaction that moves every
 * pointer or none. Who loses a race reads again and applies again, as long as its requirements hold.
 */
public final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
    private static final int MOST_ATTEMPTS = 100;

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final TableDocuments documents;
    private final CommitLocks locks;

    /** Commits to this state, with metadata files in this warehouse. */
    Commits(CatalogStore store, Warehouse warehouse, TableDocuments documents, CommitLocks locks) {
        this.store = store;
        this.warehouse = warehouse;
        this.documents = documents;
        this.locks = locks;
    }

    /**
     * Commits to one table and returns its new state.
     *
     * @throws NoSuchTableException if the table does not exist and the commit does not create it
     * @throws CommitFailedException if a requirement does not hold; nothing has changed
     * @throws org.apache.iceberg.exceptions.BadRequestException if an update cannot be applied; nothing has changed
     * @throws CommitStateUnknownException if it is not known whether the commit is durable
     */
    public TableDocument commit(CatalogSession session, TableCommit commit) {
        return commitAll(session, List.of(commit), tables -> tables.get(0)).get(0);
    }

    /**
     * Commits to several tables at once, atomically. A table may be named more than once: its commits are applied one after another.
     *
     * @return the new state of each table, in the order in which they were first named
     */
    public List<TableDocument> commitAll(CatalogSession session, List<TableCommit> commits) {
        return commitAll(session, commits, tables -> null);
    }

    /** {@code result} makes of the tables' new states what the request returns. */
    private List<TableDocument> commitAll(
            CatalogSession session,
            List<TableCommit> commits,
            Function<List<TableDocument>, @Nullable TableDocument> result) {
        session.requirePresent();
        Map<TableIdentifier, List<TableCommit>> byTable = new LinkedHashMap<>();
        for (TableCommit commit : commits) {
            byTable.computeIfAbsent(commit.identifier(), identifier -> new ArrayList<>())
                    .add(commit);
        }
        try (CommitLocks.Held held = locks.acquire(session.catalog(), byTable.keySet())) {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                try {
                    return attempt(session, byTable, result);
                } catch (StaleStateException e) {
                    LOG.debug("Lost a race, trying again: {}", e.getMessage());
                }
            }
        }
        throw new CommitFailedException("Tables change too often: %s", byTable.keySet());
    }

    private List<TableDocument> attempt(
            CatalogSession session,
            Map<TableIdentifier, List<TableCommit>> byTable,
            Function<List<TableDocument>, @Nullable TableDocument> answer) {
        List<Step> steps = new ArrayList<>();
        byTable.forEach((identifier, commits) -> steps.add(plan(session, identifier, commits)));
        List<TableDocument> written = new ArrayList<>();
        List<TableDocument> result = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        List<NewFile> files = new ArrayList<>();
        try {
            for (Step step : steps) {
                if (step.changesNothing()) {
                    result.add(step.presentDocument());
                    continue;
                }
                Written<TableDocument> file = documents.write(step.next(), step.version());
                TableDocument document = file.document();
                files.addAll(file.files());
                written.add(document);
                result.add(document);
                changes.add(step.change(document));
            }
            if (changes.isEmpty()) {
                session.receipt(answer.apply(result)).ifPresent(store::remember);
            } else {
                store.apply(session.transaction(changes, files, answer.apply(result)));
            }
        } catch (CommitStateUnknownException e) {
            // The pointers may name these files: they stay.
            throw e;
        } catch (AlreadyExistsException e) {
            discard(written);
            // Somebody else made the table since it was looked for.
            throw new StaleStateException(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            discard(written);
            throw e;
        }
        written.forEach(documents::remember);
        return result;
    }

    private Step plan(CatalogSession session, TableIdentifier identifier, List<TableCommit> commits) {
        Names.require(identifier);
        @Nullable
        Entry entry =
                store.entry(session.catalog(), identifier, session.moment()).orElse(null);
        boolean creates = commits.get(0).creates();
        if (entry == null && !creates) {
            throw new NoSuchTableException("Table does not exist: %s", identifier);
        }
        if (entry != null && entry.kind() == EntryKind.VIEW) {
            throw creates
                    ? new AlreadyExistsException("View with same name already exists: %s", identifier)
                    : new NoSuchTableException("Table does not exist: %s", identifier);
        }
        @Nullable TableDocument present = entry == null ? null : documents.read(entry.metadataLocation());
        @Nullable TableMetadata base = present == null ? null : present.metadata();
        TableMetadata next = Updates.apply(base, commits);
        requireAllowed(base, next);
        return new Step(
                identifier,
                entry,
                present,
                next,
                commits.stream()
                        .flatMap(commit -> commit.updateNames().stream())
                        .toList());
    }

    private void requireAllowed(@Nullable TableMetadata base, TableMetadata next) {
        if (base == null || !base.properties().equals(next.properties())) {
            warehouse.requireInside(next.properties());
        }
        if (base == null || !base.location().equals(next.location())) {
            warehouse.requireInside(next.location());
            warehouse.prepare(next.location());
        }
    }

    private void discard(List<TableDocument> written) {
        for (TableDocument document : written) {
            try {
                documents.discard(document);
            } catch (RuntimeException e) {
                LOG.warn("Cannot delete a metadata file that is not needed", e);
            }
        }
    }

    /** What is to happen to one table. */
    private record Step(
            TableIdentifier identifier,
            @Nullable Entry entry,
            @Nullable TableDocument present,
            TableMetadata next,
            List<String> updates) {
        boolean changesNothing() {
            return present != null && present.metadata() == next;
        }

        TableDocument presentDocument() {
            if (present == null) {
                throw new IllegalStateException("A table that is created has no present state: " + identifier);
            }
            return present;
        }

        int version() {
            return entry == null ? 0 : Warehouse.metadataVersion(entry.metadataLocation()) + 1;
        }

        Change change(TableDocument document) {
            String location = document.metadata().metadataFileLocation();
            String uuid = next.uuid();
            return entry == null
                    ? new Change.CreateEntry(EntryKind.TABLE, identifier, uuid, location, Change.Origin.CREATED)
                    : new Change.MoveEntry(entry, uuid, location, updates);
        }
    }
}
