package dev.firn.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.Warehouse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that engines have written for a commit: the lists of manifests of new snapshots, the manifests and the data and delete files that these add, and files of statistics. Engines leave them to the
 * operating system, which takes half a minute to write them out. So they are made durable before the commit is acknowledged, which else would last longer than its rows.
 *
 * <p>A disk that answers late keeps a few threads of their own waiting, and nobody who adds nothing.
 *
 * <p>A file that is not there, or not in the warehouse, is passed over: that it is there is the engine's word. So is one of another user that this process may not read, with a warning: nobody but that user
 * can make it durable.
 */
final class AddedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(AddedFiles.class);

    /** So many names at most are held at a time. */
    private static final int BATCH = 1_000;

    private static final int MOST_FAILED = 100_000;
    private static final int THREADS = 8;

    /** What snapshots added that are older the operating system has written out by itself. */
    private static final Duration WRITTEN_OUT_AFTER = Duration.ofMinutes(10);

    private final Warehouse warehouse;
    private final FileStore files;
    private final FileIO io;

    /** What could not be written the operating system may forget, and tell of the next sync of the same file that all is well. */
    private final Cache<String, Boolean> failed =
            Caffeine.newBuilder().maximumSize(MOST_FAILED).build();

    private final Executor threads = DaemonThreads.atMost(THREADS, "firn-syncer");

    /** An append of a few rows has three files and five folders: one after the other they would be most of what it takes. */
    private final Executor helpers = DaemonThreads.helpers(THREADS, "firn-sync-helper");

    /** Manifests are read through {@code io}. */
    AddedFiles(Warehouse warehouse, FileIO io) {
        this.warehouse = warehouse;
        this.files = warehouse.files();
        this.io = io;
    }

    /** Whether commits name files that engines may have written for them. */
    static boolean areNamed(List<TableCommit> commits) {
        return commits.stream().flatMap(commit -> commit.updates().stream()).anyMatch(AddedFiles::namesFiles);
    }

    private static boolean namesFiles(MetadataUpdate update) {
        return update instanceof MetadataUpdate.AddSnapshot
                || update instanceof MetadataUpdate.SetStatistics
                || update instanceof MetadataUpdate.SetPartitionStatistics;
    }

    /**
     * Makes durable what commits add, on another thread, and then runs {@code next} there.
     *
     * @param failed is told instead what went wrong, by this or by {@code next}: {@link UncheckedIOException} if it cannot be done, {@link ServiceUnavailableException} if it could not be done
     *     before with one of the files
     */
    void sync(List<TableCommit> commits, Runnable next, Consumer<Throwable> failed) {
        threads.execute(() -> {
            try {
                sync(commits);
                next.run();
            } catch (Throwable e) {
                // Whatever it was: somebody waits to be told.
                failed.accept(e);
            }
        });
    }

    private void sync(List<TableCommit> commits) {
        Batch batch = new Batch();
        for (TableCommit commit : commits) {
            for (MetadataUpdate update : commit.updates()) {
                if (update instanceof MetadataUpdate.AddSnapshot added) {
                    add(added.snapshot(), batch);
                } else if (update instanceof MetadataUpdate.SetStatistics set) {
                    batch.add(set.statisticsFile().path());
                } else if (update instanceof MetadataUpdate.SetPartitionStatistics set) {
                    batch.add(set.partitionStatisticsFile().path());
                }
            }
        }
        batch.sync();
    }

    /** Makes durable, before it returns, what a table has that came to be elsewhere: what its last snapshots added, and all its statistics, which do not say when they were written. Throws what {@link #sync} tells. */
    void syncRegistered(TableMetadata metadata) {
        Batch batch = new Batch();
        long since = System.currentTimeMillis() - WRITTEN_OUT_AFTER.toMillis();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (snapshot.timestampMillis() > since) {
                add(snapshot, batch);
            }
        }
        metadata.statisticsFiles().forEach(file -> batch.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> batch.add(file.path()));
        batch.sync();
    }

    private void add(Snapshot snapshot, Batch batch) {
        String list = snapshot.manifestListLocation();
        // Format version 1 may name its manifests without a list, which no engine of today does.
        if (list != null && batch.add(list)) {
            List<String> manifests = new ArrayList<>();
            read(list, content -> ManifestRows.newManifests(content, snapshot.snapshotId(), manifests::add));
            for (String manifest : manifests) {
                if (batch.add(manifest)) {
                    read(manifest, content -> ManifestRows.addedFiles(content, batch::add));
                }
            }
        }
    }

    private interface Reading {
        void of(InputStream content) throws IOException;
    }

    /** What cannot be read here an engine may be able to read, so that is not for this to judge. */
    private void read(String location, Reading reading) {
        try (InputStream content = open(location)) {
            reading.of(content);
        } catch (NotFoundException e) {
            LOG.debug("Gone meanwhile: {}", location);
        } catch (IOException e) {
            LOG.warn("Cannot read {}, so what it names may be lost in a power cut: {}", location, e.getMessage());
        }
    }

    /** Fails otherwise than a sync that is made while it is read. */
    private InputStream open(String location) throws IOException {
        try {
            return io.newInputFile(location).newStream();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Names of files to be made durable together. */
    private final class Batch {
        private final Set<String> locations = new LinkedHashSet<>();

        /** Tells whether it is there. */
        boolean add(String location) {
            if (!warehouse.exists(location)) {
                return false;
            }
            if (!files.isReadable(location)) {
                LOG.warn("May not read {}, so it may be lost in a power cut", location);
                return false;
            }
            if (failed.getIfPresent(location) != null) {
                throw new ServiceUnavailableException(
                        "Cannot sync %s: that has failed before, so it may not be on the disk as it seems to be; it has to be written under another name",
                        location);
            }
            locations.add(location);
            if (locations.size() == BATCH) {
                sync();
            }
            return true;
        }

        void sync() {
            if (locations.isEmpty()) {
                return;
            }
            try {
                files.sync(locations, helpers);
            } catch (UncheckedIOException e) {
                // That a file cannot be opened, as where there are no descriptors left, makes the system forget
                // nothing.
                if (!(e.getCause() instanceof FileSystemException)) {
                    locations.forEach(location -> failed.put(location, true));
                }
                throw e;
            }
            locations.clear();
        }
    }
}
