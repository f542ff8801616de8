package dev.firn.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The port to the deletion of what was purged: what is due, what has begun, and whose files have to stay.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now; writes throw as {@link
 * CatalogStore#apply}.
 */
public interface PurgeStore {
    /** All catalogs. */
    List<CatalogRecord> catalogs();

    /** The tables that were dropped to be purged until this time, or for which that was asked later until this time, and may still come back; those dropped first come first, at most {@code limit}. */
    List<Purge> due(Instant until, int limit);

    /** Those whose deletion has begun and not ended, the oldest first. */
    List<Purge> unfinished();

    /**
     * Settles that the table cannot come back and its files are deleted from now on.
     *
     * @param location of the table; nothing in it can be registered until the deletion has ended
     * @return false if it has come back before
     */
    boolean begin(Purge purge, String location);

    /** The deletion waits, for this reason. */
    void waits(Purge purge, String reason);

    /**
     * The deletion has ended.
     *
     * @param deleted how many files were deleted
     * @param left how many were left where they are
     * @param note why they were left; empty if none was
     */
    void finish(Purge purge, long deleted, long left, String note);

    /** When the deletion of files of a table with this identity began, last. */
    Optional<Instant> begunAt(CatalogRecord catalog, String uuid);

    /** Whether files of a table with this identity are being deleted now, and no name of the present has it. */
    boolean isGoing(CatalogRecord catalog, String uuid);

    /** Those whose deletion has begun, ended or not, of tables with this identity. */
    List<Purge> begun(CatalogRecord catalog, String uuid);

    /** All versions, past and present, of whatever name, that tables with this identity had. Reads all versions, so it is nothing for every request. */
    List<Entry> versions(CatalogRecord catalog, String uuid);

    /** The versions that a table had from its beginning until this one, through its renames, the newest first. */
    List<Entry> history(CatalogRecord catalog, Entry version);

    /** The tables that exist, after a {@linkplain Holder#position position}; at most {@code limit}. */
    List<Holder> present(long after, int limit);

    /** The tables that were dropped and can come back, or were given to another catalog, after a {@linkplain Holder#position position}; at most {@code limit}. */
    List<Holder> ended(CatalogRecord catalog, long after, int limit);

    /** Lets go of {@linkplain KeptFile kept files}: they are about to be deleted, and must not be written again. */
    void forgetFiles(Collection<String> locations);
}
