package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.NewFile;
import dev.firn.store.StaleStateException;
import dev.firn.store.Submission;
import dev.firn.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit path, of one table or of several: present pointer, its metadata, requirements, updates, new metadata file, then one transaction that moves every
 * pointer or none. Who loses a race reads again and applies again, as long as its requirements hold.
 *
 * <p>A commit waits for the disk without the lock of its tables: the next one builds on what is not durable yet, and stands behind it in the queue. It waits without a thread,
 * too: as many clients as there are may wait, and what is durable together is answered by a few threads.
 */
public final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
    private static final int MOST_ATTEMPTS = 100;

    /**
     * What a commit keeps while it waits, in multiples of the text of its table: the new text and the state before, as a text and parsed, which no cache may have any more. Once it is
     * durable only the answer is left of it. What it adds to the text came as a body, and counts as such.
     */
    private static final long WAITING_TEXTS = 4;

    /** The same where the table has to be read first, so that no cache can have any of it: at the most what a document takes, and the new text. */
    private static final long UNREAD_TEXTS = 6;

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final TableDocuments documents;
    private final AddedFiles added;
    private final CommitLocks locks;
    private final Finishers finishers;
    private final PendingVersions pending = new PendingVersions();

    /** Commits to this state, with metadata files in this warehouse. */
    Commits(
            CatalogStore store,
            Warehouse warehouse,
            TableDocuments documents,
            AddedFiles added,
            CommitLocks locks,
            Finishers finishers) {
        this.store = store;
        this.warehouse = warehouse;
        this.documents = documents;
        this.added = added;
        this.locks = locks;
        this.finishers = finishers;
    }

    /**
     * Commits to one table. The result is its new state, and is known when that is durable; what fails before is thrown.
     *
     * <p>What uses the result runs on a thread that others wait for, too: it must not wait for a client.
     *
     * @throws NoSuchTableException if the table does not exist and the commit does not create it
     * @throws CommitFailedException if a requirement does not hold; nothing has changed
     * @throws BadRequestException if an update cannot be applied; nothing has changed
     * @throws java.io.UncheckedIOException (as the result) if the files that it adds cannot be made durable; nothing has changed
     * @throws OverBudgetException if commits that wait take all the memory; nothing has changed
     * @throws CommitStateUnknownException (as the result) if it is not known whether the commit is durable
     */
    public CompletableFuture<TableDocument> commit(CatalogSession session, TableCommit commit) {
        return commitAll(session, List.of(commit), tables -> tables.get(0)).thenApply(tables -> tables.get(0));
    }

    /**
     * As {@link #commit}, to several tables at once, atomically. A table may be named more than once: its commits are applied one after another.
     *
     * @return the new state of each table, in the order in which they were first named
     * @throws BadRequestException also if the tables have to be read first and do not fit into memory together
     */
    public CompletableFuture<List<TableDocument>> commitAll(CatalogSession session, List<TableCommit> commits) {
        return commitAll(session, commits, tables -> null);
    }

    /** {@code answer} makes of the tables' new states what the request returns. */
    private CompletableFuture<List<TableDocument>> commitAll(
            CatalogSession session,
            List<TableCommit> commits,
            Function<List<TableDocument>, @Nullable TableDocument> answer) {
        session.requirePresent();
        Map<TableIdentifier, List<TableCommit>> byTable = new LinkedHashMap<>();
        for (TableCommit commit : commits) {
            byTable.computeIfAbsent(commit.identifier(), identifier -> new ArrayList<>())
                    .add(commit);
        }
        long counted = awaitUnread(session, byTable.keySet());
        CompletableFuture<List<TableDocument>> result = new CompletableFuture<>();
        Request request = new Request(session, byTable, counted, answer, result);
        if (AddedFiles.areNamed(commits)) {
            added.sync(commits, () -> attempt(request, 1), result::completeExceptionally);
        } else {
            attempt(request, 1);
        }
        return result;
    }

    /** Counts tables that are not in memory before they are read. Who has to wait for that does so here: without a lock that others want, and on a thread of its own. */
    private long awaitUnread(CatalogSession session, Set<TableIdentifier> identifiers) {
        long length = 0;
        for (TableIdentifier identifier : identifiers) {
            if (pending.find(session.catalog(), identifier).isEmpty()) {
                length += store.entry(session.catalog(), identifier, session.moment())
                        .filter(entry -> entry.kind() == EntryKind.TABLE)
                        .map(documents::unreadLength)
                        .orElse(0L);
            }
        }
        // One table is always tried; several need not be committed to at once.
        if (identifiers.size() > 1
                && UNREAD_TEXTS * length > Runtime.getRuntime().maxMemory()) {
            throw new BadRequestException(
                    "The tables of the transaction are too large for memory, their metadata has %s bytes together (which a larger heap would take)",
                    length);
        }
        if (length > 0) {
            session.await(UNREAD_TEXTS * length);
        }
        return UNREAD_TEXTS * length;
    }

    /**
     * What is asked for.
     *
     * @param counted what has been taken of the memory before the first attempt, in bytes
     * @param answer makes of the tables' new states what the request returns
     * @param result is told how it ended
     */
    private record Request(
            CatalogSession session,
            Map<TableIdentifier, List<TableCommit>> byTable,
            long counted,
            Function<List<TableDocument>, @Nullable TableDocument> answer,
            CompletableFuture<List<TableDocument>> result) {}

    private void attempt(Request request, int number) {
        if (number > MOST_ATTEMPTS) {
            throw new CommitFailedException(
                    "Tables change too often: %s", request.byTable().keySet());
        }
        Attempt begun;
        try (CommitLocks.Held held =
                locks.acquire(request.session().catalog(), request.byTable().keySet())) {
            begun = begin(request, number == 1 ? request.counted() : 0);
        }
        Submission<Long> submission = begun.submission();
        if (submission == null) {
            request.result().complete(begun.result());
        } else {
            finishers.run(
                    submission,
                    () -> end(request, begun, submission, number),
                    // The last attempt, as another would wait for who runs this.
                    () -> end(request, begun, submission, MOST_ATTEMPTS));
        }
    }

    /** Tells how the attempt ended, or begins the next one. */
    private void end(Request request, Attempt attempt, Submission<Long> submission, int number) {
        try {
            try {
                finish(request.session(), attempt, submission);
            } catch (StaleStateException e) {
                request.session().give(attempt.taken());
                LOG.debug("Lost a race, trying again: {}", e.getMessage());
                attempt(request, number + 1);
                return;
            }
            request.session().give(attempt.taken() - attempt.text());
            request.result().complete(attempt.result());
        } catch (Throwable e) {
            // Whatever it was: somebody waits to be told.
            request.result().completeExceptionally(e);
        }
    }

    /**
     * What has been handed to the store.
     *
     * @param submission the transaction; null if nothing changes
     * @param versions what it makes
     * @param replaced the states in whose place it puts others
     * @param result the state of each table
     * @param text the length of the texts that they are made from, in bytes
     * @param taken what has been taken of the memory for all this
     */
    private record Attempt(
            @Nullable Submission<Long> submission,
            List<PendingVersions.Version> versions,
            List<TableDocument> replaced,
            List<TableDocument> result,
            long text,
            long taken) {}

    /** Plans, writes the files and hands over the transaction. To be called with the locks of all tables. {@code counted} is what has been taken for it already. */
    private Attempt begin(Request request, long counted) {
        CatalogSession session = request.session();
        List<CommitStep> steps = plan(session, request.byTable());
        List<CommitStep> changing =
                steps.stream().filter(step -> !step.changesNothing()).toList();
        List<TableDocument> replaced =
                changing.stream().flatMap(step -> step.replaced().stream()).toList();
        long text =
                replaced.stream().mapToLong(document -> document.json().length).sum();
        long taken = Math.max(counted, WAITING_TEXTS * text);
        session.take(taken - counted);
        List<Written<TableDocument>> files = SideBySide.map(
                changing,
                step -> documents.write(step.next(), step.version(), step.present()),
                file -> discard(List.of(file.document())));
        List<TableDocument> written = files.stream().map(Written::document).toList();
        List<TableDocument> result;
        Submission<Long> submission;
        try {
            result = states(steps, written);
            if (changing.isEmpty()) {
                session.receipt(request.answer().apply(result)).ifPresent(store::remember);
                return new Attempt(null, List.of(), List.of(), result, text, taken);
            }
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < changing.size(); i++) {
                changes.add(changing.get(i).change(written.get(i)));
            }
            // What was required of the others is to be true when these move.
            steps.stream()
                    .filter(CommitStep::changesNothing)
                    .map(step -> new Change.RequireEntry(step.presentEntry()))
                    .forEach(changes::add);
            // Who loads the new state when it is durable finds it here.
            written.forEach(documents::remember);
            List<NewFile> riders =
                    files.stream().flatMap(file -> file.files().stream()).toList();
            submission = store.submit(
                    session.transaction(changes, riders, request.answer().apply(result)));
        } catch (RuntimeException e) {
            discard(written);
            throw e;
        }
        // From here on a transaction may name the files.
        List<PendingVersions.Version> versions = new ArrayList<>();
        for (int i = 0; i < changing.size(); i++) {
            TableDocument document = written.get(i);
            Entry made = changing.get(i).made(document);
            PendingVersions.Version version = new PendingVersions.Version(made, document, submission);
            pending.put(session.catalog(), version);
            versions.add(version);
        }
        return new Attempt(submission, versions, replaced, result, text, taken);
    }

    /** The state of each table after all: what was written for those that change, in their order, what was there for the others. */
    private static List<TableDocument> states(List<CommitStep> steps, List<TableDocument> written) {
        Iterator<TableDocument> next = written.iterator();
        return steps.stream()
                .map(step -> step.changesNothing() ? step.presentDocument() : next.next())
                .toList();
    }

    /** Brings an attempt to its end whose outcome is known. To be called without locks. */
    private void finish(CatalogSession session, Attempt attempt, Submission<Long> submission) {
        try {
            submission.await();
        } catch (CommitStateUnknownException e) {
            // The pointers may name these files: they stay.
            throw e;
        } catch (AlreadyExistsException e) {
            discard(attempt);
            // Somebody else made the table since it was looked for.
            throw new StaleStateException(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            discard(attempt);
            throw e;
        } finally {
            attempt.versions().forEach(version -> pending.remove(session.catalog(), version));
        }
        // Durable: whatever goes wrong from here on, the files stay.
        attempt.versions().forEach(version -> documents.settled(version.document()));
        attempt.replaced().forEach(documents::replaced);
    }

    /**
     * Builds on what is not durable yet, if that succeeds. Nobody is refused, or told that there is nothing to do, because of it, as it may come to nothing: then it
     * is waited for.
     */
    private List<CommitStep> plan(CatalogSession session, Map<TableIdentifier, List<TableCommit>> byTable) {
        List<Submission<Long>> awaited = byTable.keySet().stream()
                .flatMap(identifier -> pending.find(session.catalog(), identifier).stream())
                .map(PendingVersions.Version::submission)
                .toList();
        if (!awaited.isEmpty()) {
            try {
                List<CommitStep> steps = planAll(session, byTable);
                if (steps.stream().noneMatch(CommitStep::changesNothing)) {
                    return steps;
                }
            } catch (RuntimeException e) {
                LOG.debug("Refused on a state that is not durable yet, waiting for it: {}", e.getMessage());
            }
            awaited.forEach(Submission::settle);
        }
        return planAll(session, byTable);
    }

    private List<CommitStep> planAll(CatalogSession session, Map<TableIdentifier, List<TableCommit>> byTable) {
        return SideBySide.map(
                List.copyOf(byTable.entrySet()), table -> plan(session, table.getKey(), table.getValue()), step -> {});
    }

    private CommitStep plan(CatalogSession session, TableIdentifier identifier, List<TableCommit> commits) {
        Names.require(identifier);
        PendingVersions.@Nullable Version pendingBase =
                pending.find(session.catalog(), identifier).orElse(null);
        @Nullable
        Entry entry = pendingBase != null
                ? pendingBase.entry()
                : store.entry(session.catalog(), identifier, session.moment()).orElse(null);
        boolean creates = commits.get(0).creates();
        if (entry == null && !creates) {
            throw new NoSuchTableException("Table does not exist: %s", identifier);
        }
        if (entry != null && entry.kind() == EntryKind.VIEW) {
            throw creates
                    ? new AlreadyExistsException("View with same name already exists: %s", identifier)
                    : new NoSuchTableException("Table does not exist: %s", identifier);
        }
        @Nullable
        TableDocument present =
                pendingBase != null ? pendingBase.document() : entry == null ? null : documents.read(entry);
        @Nullable TableMetadata base = present == null ? null : present.metadata();
        TableMetadata next = documents.asRead(present, Updates.apply(base, commits));
        requireAllowed(base, next);
        return new CommitStep(
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

    private void discard(Attempt attempt) {
        discard(attempt.versions().stream()
                .map(PendingVersions.Version::document)
                .toList());
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
}
