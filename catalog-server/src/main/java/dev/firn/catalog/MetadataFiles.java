package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.KeptContent;
import dev.firn.store.KeptFile;
import dev.firn.store.NewFile;
import dev.firn.warehouse.FileStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes metadata files so that a group of commits waits for the disk once, not once for each file: a small file is written without waiting, its content rides
 * in the transaction that points to it ({@link NewFile}), and it is synced in the background, when the operating system has written most of it out anyway.
 * After a power cut, {@link #recover} writes again what was lost or torn.
 */
public final class MetadataFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFiles.class);

    /** A file of which more would ride is synced at once: writing it twice would cost more than waiting for it. */
    private static final int LARGEST_RIDER = 128 * 1024;

    private static final long MOST_KEPT_BYTES = 512L * 1024 * 1024;
    private static final int BATCH = 1_000;

    /** Of files whose file systems are synced as a whole, that is: all that were there before it. It makes them durable, whether they are looked at or not. */
    private static final int WHOLE_BATCH = 20_000;

    /** Of files that are written again, each with a sync of its own: a server that is killed soon has released some all the same. */
    private static final int REWRITTEN_BATCH = 50;

    /** How much longer than a step the pause after it is. */
    private static final int PAUSE = 4;

    /** The same, of file systems that are synced as a whole: each step has to take at least what came during the one before and its pause, however much is written. */
    private static final int WHOLE_PAUSE = 1;

    /** Whoever stops a server does not wait much longer than this for what the next start can do as well. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final CatalogStore store;
    private final FileStore files;
    private final UnsettledFiles unsettled;
    private final long syncAfterMillis;
    private final AtomicLong keptBytes = new AtomicLong();
    private final AtomicInteger keptFiles = new AtomicInteger();

    /** Whether syncing many files takes hardly longer than one. It is tried. */
    private volatile boolean manyAreCheap = true;

    /** Which of them cannot be written again, by their numbers: this is told once. */
    private final Set<Long> beyondHelp = ConcurrentHashMap.newKeySet();

    private final Semaphore wakeUp = new Semaphore(0);
    private final Thread thread = new Thread(this::loop, "firn-file-sync");
    private volatile boolean closing;
    private volatile long closeBy;

    /** Where nothing is to be written until the disk is there. */
    private volatile List<AwayFolder> away = List.of();

    /** Up to here, a sync has failed. The operating system may have forgotten what it could not write, and let the next sync succeed without it. */
    private long doubtful;

    /**
     * Files of this store, kept in this state until they are safe.
     *
     * @param unsettled knows them until a transaction names them
     * @param syncAfterMillis how long a file may wait to be synced, about
     */
    public MetadataFiles(CatalogStore store, FileStore files, UnsettledFiles unsettled, long syncAfterMillis) {
        this.store = store;
        this.files = files;
        this.unsettled = unsettled;
        this.syncAfterMillis = syncAfterMillis;
        thread.setDaemon(true);
    }

    /**
     * Makes all files that the state points to whole again. To be called before any is read. Then syncs in the background until closed.
     *
     * <p>What reads as it should may still not be on the disk, after a failure that the process before has seen and this one has not. So files that are left are
     * not only synced but written again, in the background.
     *
     * @param awayFolders where nothing is to be written until their disks are there: the state keeps what it has of files there, and writes it then
     * @return those that are not whole and cannot be made so, as what they differ from is not there; the state keeps them
     */
    public List<KeptFile> recover(List<AwayFolder> awayFolders) {
        away = List.copyOf(awayFolders);
        int recovered = 0;
        int written = 0;
        List<KeptFile> lost = new ArrayList<>();
        long last = 0;
        for (List<KeptFile> batch = store.keptFiles(last, BATCH);
                !batch.isEmpty();
                batch = store.keptFiles(last, BATCH)) {
            for (KeptFile file : batch) {
                if (isAway(file.location())) {
                    lost.add(file);
                    continue;
                }
                KeptContent content = store.content(file);
                if (!reads(file.location(), content)) {
                    if (writeAgain(file, content)) {
                        written++;
                    } else {
                        lost.add(file);
                    }
                }
                restoreDataFolder(file.location());
            }
            last = batch.get(batch.size() - 1).id();
            recovered += batch.size();
        }
        if (recovered > 0) {
            LOG.info(
                    "Looked at {} metadata files after a stop without warning, and wrote {} again", recovered, written);
        }
        doubtful = last;
        thread.start();
        return lost;
    }

    /**
     * Files of which only a difference is kept come after those that they differ from, so these are whole. Tells whether it could be done: if not, somebody else has deleted or
     * changed what it differs from, or a disk is not there. All other tables are to be had, and the state goes on keeping what there is of this one.
     */
    private boolean writeAgain(KeptFile file, KeptContent content) {
        byte[] all;
        try {
            all = content.all(files::read);
        } catch (NotFoundException | IllegalStateException e) {
            if (beyondHelp.add(file.id())) {
                LOG.error(
                        "Cannot write the metadata file {} again, as {} is no longer what it was; the state keeps how they differ: {}",
                        file.location(),
                        content.base(),
                        e.getMessage());
            }
            return false;
        }
        files.restore(file.location(), all);
        // It may have been marked, if this comes late, and that is done once. If it cannot be, it is told where it is
        // done.
        var unused = files.markLasting(List.of(file.location()));
        beyondHelp.remove(file.id());
        return true;
    }

    private boolean reads(String location, KeptContent content) {
        try {
            return content.isThatOf(files.read(location));
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Makes files durable, and tells which of them are. Those that are not there any more are written again, with {@code all} every one. */
    private List<KeptFile> makeDurable(List<KeptFile> batch, boolean all) {
        List<KeptFile> safe = batch.stream()
                .filter(file -> !all && files.exists(file.location()) || isWrittenAgain(file))
                .toList();
        boolean cheap = files.sync(safe.stream().map(KeptFile::location).toList());
        if (!all) {
            manyAreCheap = cheap;
        }
        return safe;
    }

    private boolean isAway(String location) {
        return away.stream().anyMatch(folder -> folder.holds(location, files));
    }

    /** Not where it was seen and nothing is now: a disk that has gone takes with it what it has, and shows it when it is back. */
    private boolean isWrittenAgain(KeptFile file) {
        String location = file.location();
        if (isAway(location) || !files.exists(location) && files.isAway(location)) {
            if (beyondHelp.add(file.id())) {
                LOG.warn(
                        "The state keeps the metadata file {}: the folder of all that is there is empty, as if its disk were not mounted",
                        location);
            }
            return false;
        }
        KeptContent content;
        try {
            content = store.content(file);
        } catch (IllegalStateException e) {
            LOG.debug("Deleted meanwhile, with its table: {}", location);
            return false;
        }
        return writeAgain(file, content);
    }

    /** The folder for data beside that of the metadata is made with the table, without waiting for the disk: it may be lost as well. */
    private void restoreDataFolder(String metadataLocation) {
        int folder = metadataLocation.lastIndexOf("/metadata/");
        if (folder > 0) {
            files.createFolder(metadataLocation.substring(0, folder) + "/data");
        }
    }

    /** Writes a new file, as {@link #write(String, byte[], KeptContent)} does. */
    List<NewFile> write(String location, byte[] content) {
        return write(location, content, KeptContent.whole(content));
    }

    /**
     * Writes a new file.
     *
     * @param kept the same content as the state is to keep it
     * @return what has to ride in the transaction that points to it; nothing if the file is durable already
     */
    List<NewFile> write(String location, byte[] content, KeptContent kept) {
        int riding = kept.bytes().length;
        unsettled.making(location);
        try {
            if (riding > LARGEST_RIDER) {
                unsettled.force();
                files.create(location, content);
                return List.of();
            }
            files.createUnsynced(location, content);
        } catch (AlreadyExistsException e) {
            unsettled.notOurs(location);
            throw e;
        } finally {
            unsettled.made(location);
        }
        if (keptBytes.addAndGet(riding) > MOST_KEPT_BYTES || keptFiles.incrementAndGet() == BATCH) {
            wakeUp.release();
        }
        return List.of(new NewFile(location, kept));
    }

    /** A transaction that names the file is durable. */
    void settled(String location) {
        unsettled.settled(location);
    }

    /**
     * Refuses a file that this server wrote for a change which has not come to its end: if that comes to nothing, the file is deleted. To be asked by who has seen it and will
     * name it.
     *
     * @throws ServiceUnavailableException if it is one, or is not there any more
     */
    void requireSettled(String location) {
        Optional<String> unnamed = unsettled
                .find(location)
                .filter(known -> store.namedFiles().named(Set.of(known), 0).isEmpty());
        if (unnamed.isPresent() || !files.exists(location)) {
            throw new ServiceUnavailableException(
                    "The change that wrote the metadata file has not come to its end, or it is not known to what end: %s",
                    location);
        }
    }

    /** Knows which files are not named yet. */
    UnsettledFiles unsettled() {
        return unsettled;
    }

    long contentLength(String location) {
        return files.contentLength(location);
    }

    byte[] read(String location) {
        return files.read(location);
    }

    /** Deletes a file that no pointer came to name. One that stays does no harm, so a failure to do so is no failure of what comes next. */
    void discard(String location) {
        try {
            files.delete(location);
        } catch (RuntimeException e) {
            LOG.warn("Cannot delete a metadata file that is not needed: {}", location, e);
        }
    }

    private void loop() {
        // What earlier processes left goes first: where each lives shorter than the period, it would only get more.
        long seen = doubtful;
        boolean leftovers = doubtful > 0;
        while (!closing) {
            try {
                if (!leftovers) {
                    awaitTime();
                }
                leftovers = false;
                boolean many = areMany();
                boolean full = keptBytes.getAndSet(0) > MOST_KEPT_BYTES;
                keptFiles.set(0);
                // What was there a period ago has had the time to be written out; if there is too much, all has to go.
                syncUpTo(full ? Long.MAX_VALUE : many ? store.newestKeptFile() : seen);
                seen = store.newestKeptFile();
            } catch (Throwable e) {
                // Whatever it was: this thread must live, or the state keeps ever more.
                LOG.error("Cannot sync metadata files, trying again; the state keeps them until then", e);
            }
        }
    }

    /** Until the period is over, or there is reason not to wait for that. */
    private void awaitTime() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(syncAfterMillis);
        for (long left = end - System.nanoTime();
                left > 0 && !closing && !areMany() && keptBytes.get() <= MOST_KEPT_BYTES;
                left = end - System.nanoTime()) {
            sleep(left);
        }
    }

    /** Where many files are synced as fast as one they need not wait: what is written at a time stays small, and so does what a kill leaves to look at. */
    private boolean areMany() {
        return manyAreCheap && keptFiles.get() >= BATCH;
    }

    private void sleep(long nanos) {
        try {
            if (wakeUp.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                wakeUp.drainPermits();
            }
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** In small steps with pauses between, unless there is haste: the disk is to be free for those who wait for it. */
    private void syncUpTo(long id) {
        long after = 0;
        while (true) {
            long begin = System.nanoTime();
            boolean whole = manyAreCheap;
            List<KeptFile> batch = store.keptFiles(after, whole ? WHOLE_BATCH : BATCH).stream()
                    .filter(file -> file.id() <= id)
                    .toList();
            if (batch.isEmpty()) {
                return;
            }
            boolean again = batch.get(0).id() <= doubtful;
            if (again && batch.size() > REWRITTEN_BATCH) {
                batch = batch.subList(0, REWRITTEN_BATCH);
            }
            after = batch.get(batch.size() - 1).id();
            List<KeptFile> safe;
            try {
                safe = makeDurable(batch, again);
                release(safe);
            } catch (RuntimeException | Error e) {
                doubtful = Math.max(doubtful, after);
                throw e;
            }
            forgetReplaced(safe);
            if (closing && System.nanoTime() - closeBy > 0) {
                LOG.info("Stops before all metadata files are synced; the state keeps them for the next start");
                return;
            }
            if (id != Long.MAX_VALUE && !closing) {
                sleep((System.nanoTime() - begin) * (whole && !again ? WHOLE_PAUSE : PAUSE));
            }
        }
    }

    /** In pieces, between which others write. */
    private void release(List<KeptFile> safe) {
        for (int begin = 0; begin < safe.size(); begin += BATCH) {
            store.release(safe.subList(begin, Math.min(begin + BATCH, safe.size())));
        }
    }

    /**
     * Hardly anybody reads a state that another has replaced, and there is one for each commit. Left to itself the operating system keeps them all until it has no other memory,
     * and each new file takes memory that was not used before, which is slow where it is a virtual machine's.
     */
    private void forgetReplaced(List<KeptFile> safe) {
        try {
            files.forget(
                    safe.stream().map(KeptFile::base).filter(Objects::nonNull).toList());
        } catch (RuntimeException e) {
            LOG.debug("Replaced files stay in memory", e);
        }
    }

    /** Syncs what is left, if the disk lets it and if it does not take long, and stops. */
    @Override
    public void close() {
        closeBy = System.nanoTime() + LONGEST_STOP.toNanos();
        closing = true;
        wakeUp.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            syncUpTo(Long.MAX_VALUE);
        } catch (RuntimeException e) {
            LOG.warn(
                    "Cannot sync the last metadata files; the state keeps them for the next start: {}", e.getMessage());
        }
    }
}
