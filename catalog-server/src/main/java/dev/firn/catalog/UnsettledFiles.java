package dev.firn.catalog;

import dev.firn.store.NamedFiles;
import dev.firn.store.NamedFiles.Mark;
import dev.firn.store.RestoredLedger;
import dev.firn.warehouse.FileJournal;
import dev.firn.warehouse.FileJournal.Line;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Warehouse;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata files between their creation and the transaction that names them. Each is noted in a journal before it is made, so that after a kill it is known which
 * came to nothing; the next start deletes these.
 *
 * <p>What is deleted was made by this server under a name that nobody else can have, and the state, which is the one that the journal is of and not an older
 * copy of it, names it nowhere. Where one of this cannot be told nothing is deleted.
 */
public final class UnsettledFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnsettledFiles.class);
    private static final long LONGEST = 4L * 1024 * 1024;
    private static final long TICK_MILLIS = 1_000;

    /** Is told that the state is not what it had come to. */
    public interface Loss {
        /**
         * Tells it.
         *
         * @param what for the operator
         * @param given the highest number that may have been given to a change of the state that was here
         * @param keptUntil the change up to which all is true that anybody was told
         */
        void tell(String what, long given, long keptUntil);
    }

    private final FileJournal journal;
    private final NamedFiles state;
    private final FileStore files;
    private final long tidyAfterMillis;

    /** Noted and perhaps not yet there. */
    private final Set<String> beingMade = ConcurrentHashMap.newKeySet();

    /** What is noted and not known to be named, and the newest change when it was noted. What the journal names beside these is settled. */
    private final Map<String, Long> unsettled = new ConcurrentHashMap<>();

    /** Held by who compares the journal with the state: nobody may put another state in its place meanwhile. */
    private final ReentrantLock comparing = new ReentrantLock();

    private final Semaphore wakeUp = new Semaphore(0);
    private final Thread thread = new Thread(this::loop, "firn-file-journal");
    private volatile boolean closing;

    /** What was left in the journal when it was replaced last. */
    private volatile Set<String> left = Set.of();

    /** The change in the mark with which the journal begins. */
    private volatile long marked;

    /** The change that the journal says to have been reached. */
    private long reached;

    /**
     * Files of this store that are to be named by this state.
     *
     * @param tidyAfterMillis how long the names of files that are settled stay in the journal, about
     */
    public UnsettledFiles(FileJournal journal, NamedFiles state, FileStore files, long tidyAfterMillis) {
        this.journal = journal;
        this.state = state;
        this.files = files;
        this.tidyAfterMillis = tidyAfterMillis;
        thread.setDaemon(true);
    }

    /**
     * Deletes what an earlier process left and nothing names. To be called when the state can be read, and before anything is written. Then keeps the journal short
     * until closed.
     *
     * @param loss is told if the state has lost its end: the journal of this one takes its place then
     */
    public void start(Loss loss) {
        FileJournal.Contents left = journal.read();
        Mark now = state.mark();
        if (!left.lines().isEmpty()
                || !left.marks().contains(now.text())
                || !left.ledger().isReservedFor(now.change())
                || left.ledger().reached() > now.change()) {
            beginAnew(left, now, loss);
        }
        marked = now.change();
        state.whenReached(this::noteChange);
        thread.start();
    }

    private void beginAnew(FileJournal.Contents left, Mark now, Loss loss) {
        // Also if all marks are of changes that are lost.
        long reached = Math.max(left.ledger().reached(), now.change());
        boolean lost = reached > now.change();
        boolean known = !lost && isOf(left);
        List<Line> remaining = known ? clean(left.lines(), now) : List.of();
        try {
            // A loss is told again unless it has been told to the end.
            journal.replace(reached, List.of(now.text()), remaining, left.end());
            remember(remaining);
        } catch (UncheckedIOException e) {
            if (!known) {
                throw e;
            }
            // A full disk, perhaps: the old one is as good.
            LOG.error("Cannot begin the journal of new files anew, going on with the one that is there", e);
            remember(left.lines());
        }
        if (lost) {
            tell(left, now, loss);
            // From now on it is known by what was told: the state that was here has all that is before, too.
            Mark told = state.mark();
            journal.replace(Math.max(reached, told.change()), List.of(told.text()), List.of(), journal.end());
        }
    }

    private void tell(FileJournal.Contents left, Mark now, Loss loss) {
        long given = left.ledger().given();
        long keptUntil = left.ledger().keptUntil(now.change());
        // Before anybody is told: what tells it may be lost in turn.
        journal.restoring(given + 1, keptUntil);
        loss.tell(
                "The state ends with change %d, and the one that was here had come to change %d: it is an older copy of that one, another state, or its log is damaged. The changes between are not in it. The %d new files that the journal beside it named are left alone; firn doctor tells which metadata files nothing points to"
                        .formatted(
                                now.change(),
                                left.ledger().reached(),
                                left.lines().size()),
                given,
                keptUntil);
    }

    private void remember(List<Line> lines) {
        lines.forEach(line -> unsettled.put(line.location(), line.after()));
    }

    /** Whether this state is the one that the journal is of. */
    private boolean isOf(FileJournal.Contents left) {
        boolean known = left.marks().stream().map(Mark::of).anyMatch(mark -> mark != null && state.contains(mark));
        if (!known && !left.lines().isEmpty()) {
            LOG.warn(
                    "The journal of new files is of another state than this: {} files that it names are left alone; firn doctor tells which of them nothing points to",
                    left.lines().size());
        }
        return known;
    }

    /** Returns those that could not be deleted. */
    private List<Line> clean(List<Line> lines, Mark now) {
        Set<String> unnamed = locations(lines);
        unnamed.removeAll(state.named(unnamed, 0));
        List<String> deleted = new ArrayList<>();
        List<Line> remaining = new ArrayList<>();
        for (String location : unnamed) {
            try {
                if (Warehouse.isMetadataFile(location) && files.exists(location)) {
                    files.delete(location);
                    deleted.add(location);
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "Cannot delete a metadata file that nothing points to, the next start tries again: {}",
                        location,
                        e);
                remaining.add(new Line(now.change(), location));
            }
        }
        try {
            // Else a power cut could bring one back of which nothing is known any more.
            files.syncNames(deleted);
        } catch (RuntimeException e) {
            LOG.warn("Cannot make the deletion of metadata files durable, the next start tries again", e);
            deleted.forEach(location -> remaining.add(new Line(now.change(), location)));
        }
        if (!deleted.isEmpty()) {
            LOG.info(
                    "Deleted {} metadata files that nothing points to: their commits did not come to an end",
                    deleted.size());
        }
        return remaining;
    }

    private static Set<String> locations(List<Line> lines) {
        Set<String> locations = new HashSet<>();
        lines.forEach(line -> locations.add(line.location()));
        return locations;
    }

    /**
     * A file of this name, which nobody else knows, is about to be made. {@link #made} has to follow.
     *
     * @throws UncheckedIOException if that cannot be noted: then it must not be made
     */
    void making(String location) {
        long after = state.newestChange();
        beingMade.add(location);
        unsettled.put(location, after);
        try {
            if (journal.append(after, location) > LONGEST && wakeUp.availablePermits() == 0) {
                wakeUp.release();
            }
        } catch (RuntimeException e) {
            // Some of the line may stand there, so it stays among the unsettled.
            beingMade.remove(location);
            throw e;
        }
    }

    /** There was a file of this name, so it is not ours and stays as it is. */
    void notOurs(String location) {
        journal.retract(location);
        unsettled.remove(location);
    }

    /** The location, as it was noted, of a file that is not known to be named; its name, which no other has, says which it is, however else it is located. */
    Optional<String> find(String location) {
        String name = fileName(location);
        return unsettled.keySet().stream()
                .filter(known -> fileName(known).equals(name))
                .findAny();
    }

    private static String fileName(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** Makes what was noted durable, before a file is. */
    void force() {
        journal.force();
    }

    /** It has been made, or could not be. */
    void made(String location) {
        beingMade.remove(location);
    }

    /** A transaction that names it is durable. Of what nobody says so the state is asked. */
    void settled(String location) {
        unsettled.remove(location);
    }

    /**
     * Runs what puts another state in the place of this one. What this one names is forgotten just before, as a copy of it may be restored in turn. That may be by an old
     * version: of a file that an earlier restore has written again. How far those go back who are told of it is noted too.
     *
     * @param replacement calls what it is given when the present state has come to its end, and returns the number of its newest change
     */
    long acrossReplacement(ToLongFunction<Consumer<RestoredLedger>> replacement) {
        comparing.lock();
        try {
            long change = replacement.applyAsLong(next -> {
                compare(List.of(next.newest()), true);
                journal.restoring(next.newest().change(), next.keptUntil());
            });
            noteReplaced();
            return change;
        } finally {
            comparing.unlock();
        }
    }

    /** Before it is acknowledged: if nothing but the replacement is lost later, only this tells that it was there. */
    private void noteReplaced() {
        try {
            Mark now = state.mark();
            journal.reached(now.change(), now.text());
            journal.force();
        } catch (RuntimeException e) {
            // It is done all the same, and is noted in a second.
            LOG.error("Cannot note beside the state that another one has taken its place, trying again", e);
        }
    }

    private void loop() {
        long tick = Math.min(TICK_MILLIS, tidyAfterMillis);
        long ticks = Math.max(1, tidyAfterMillis / tick);
        long failedAt = 0;
        boolean failed = false;
        for (long count = 1; !closing; count++) {
            try {
                boolean full = wakeUp.tryAcquire(tick, TimeUnit.MILLISECONDS);
                wakeUp.drainPermits();
                failed = failed && System.nanoTime() - failedAt < TimeUnit.MILLISECONDS.toNanos(tidyAfterMillis);
                if (!closing && !failed) {
                    // What does not say of which state it is must not stay so for long.
                    if (!isTidy() && (full || count % ticks == 0 || marked == 0)) {
                        tidy(false);
                    } else {
                        noteReached();
                    }
                }
            } catch (InterruptedException e) {
                closing = true;
            } catch (Throwable e) {
                // Whatever it was: this thread must live. Not at once again: on a full disk every attempt fails, and
                // the log stands on a disk, too.
                failed = true;
                failedAt = System.nanoTime();
                LOG.error("Cannot shorten the journal of new files, trying again", e);
            }
        }
    }

    /** Whether nothing was noted since the last comparison, and nothing that it left in the journal was settled. */
    private boolean isTidy() {
        return journal.isUntouched() && unsettled.keySet().containsAll(left);
    }

    /** Before anybody is told of it: if it is lost with the log, only this tells that it was there. Not synced, which outlives a kill, so that it takes a microsecond. */
    private void noteChange(long change) {
        try {
            journal.reached(change);
        } catch (RuntimeException e) {
            LOG.debug("Cannot note that the ledger has come to change {}, trying again in a second", change, e);
        }
    }

    /** A copy of the state that is older than this is not to be taken for it, and this one is to be known again when the history has ended of which the marks before are. */
    private void noteReached() {
        if (state.newestChange() > Math.max(reached, marked)) {
            Mark now = state.mark();
            journal.reached(now.change(), now.text());
            reached = now.change();
        }
    }

    private void tidy(boolean thoroughly) {
        comparing.lock();
        try {
            compare(List.of(), thoroughly);
        } finally {
            comparing.unlock();
        }
    }

    /**
     * Takes out of the journal what the state names, and what is not there any more. The rest is on its way, or its outcome is not known, or it could not be deleted.
     *
     * @param next marks of the state that may come after this one
     * @param thoroughly whether to look at all versions, where those that began lately do not name a file
     */
    private void compare(List<Mark> next, boolean thoroughly) {
        // First the end: who notes a file has put it among the unsettled before.
        long end = journal.end();
        Mark now = state.mark();
        Map<String, Long> looked = Map.copyOf(unsettled);
        long after = looked.values().stream().mapToLong(Long::longValue).min().orElse(0);
        Set<String> unnamed = new HashSet<>(looked.keySet());
        unnamed.removeAll(state.named(unnamed, after));
        if (thoroughly) {
            unnamed.removeAll(state.named(unnamed, 0));
        }
        List<Line> remaining = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (String location : unnamed) {
            // In this order: who makes it says so before, and has made it when that is not said any more.
            if (beingMade.contains(location) || mayExist(location)) {
                remaining.add(new Line(now.change(), location));
            } else {
                gone.add(location);
            }
        }
        unsynced(gone).forEach(location -> remaining.add(new Line(now.change(), location)));
        List<String> marks = new ArrayList<>(List.of(now.text()));
        next.forEach(mark -> marks.add(mark.text()));
        journal.replace(now.change(), marks, remaining, end);
        left = locations(remaining);
        forget(looked.keySet(), remaining);
        marked = now.change();
    }

    /**
     * Makes it durable that these files are not there. Those of which that cannot be done stay in the journal, and hold up nothing else: a client may have named a folder that cannot
     * be opened, or cannot even be.
     */
    private List<String> unsynced(List<String> gone) {
        try {
            files.syncNames(gone);
            return List.of();
        } catch (RuntimeException e) {
            LOG.debug("Not all folders can be synced, going on one by one", e);
        }
        return gone.stream().filter(location -> !isSynced(location)).toList();
    }

    private boolean isSynced(String location) {
        try {
            files.syncNames(List.of(location));
            return true;
        } catch (RuntimeException e) {
            if (!left.contains(location)) {
                LOG.warn("A file that is not there stays in the journal of new files: {}", e.getMessage());
            }
            return false;
        }
    }

    /** What is left was named nowhere until now, so the next comparison need not look further back. */
    private void forget(Set<String> looked, List<Line> remaining) {
        Map<String, Long> later = new HashMap<>();
        remaining.forEach(line -> later.put(line.location(), line.after()));
        looked.forEach(location -> unsettled.computeIfPresent(location, (known, after) -> later.get(known)));
    }

    private boolean mayExist(String location) {
        try {
            return files.exists(location);
        } catch (RuntimeException e) {
            LOG.debug("Cannot look for {}", location, e);
            return true;
        }
    }

    /** To be called when nobody writes any more. A file that is still unsettled stays in the journal for the next start. */
    @Override
    public void close() {
        closing = true;
        wakeUp.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (isTidy()) {
                noteReached();
            } else {
                tidy(true);
            }
        } catch (RuntimeException e) {
            LOG.warn("Cannot shorten the journal of new files, the next start will", e);
        } finally {
            journal.close();
        }
    }
}
