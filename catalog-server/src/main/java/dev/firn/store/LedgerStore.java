package dev.firn.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The port to the ledger: which moments there were, and what happened when. It reads what {@link CatalogStore#apply} wrote, and changes no name and no pointer.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now.
 */
public interface LedgerStore {
    /** The number of the newest change of any catalog; 0 before the first. */
    long newestChange();

    /** The changes of a catalog after one of them, until a moment, in order; at most {@code limit}. Numbers may be missing in between, of other catalogs. */
    List<LedgerRow> changes(CatalogRecord catalog, long after, Moment until, int limit);

    /** Waits until there is a change of any catalog after this one, at most for the time given, and tells whether there is. */
    boolean awaitChange(long after, Duration patience) throws InterruptedException;

    /** How far a follower has read; empty if nobody of this name has read anything. */
    Optional<Long> position(String follower);

    /** Keeps, durably, how far a follower has read. */
    void advance(String follower, long change);

    /**
     * Tells, durably and as {@link BackupStore#restore} does, that the state is not what it had come to: by a row {@code restore-catalog} for each catalog, behind the highest
     * number that was ever given. So no number means two things, and those who follow the ledger learn that what they were told is undone.
     *
     * @param keptUntil the change up to which all is true that anybody was told
     * @param given the highest number that may have been given to a change that is not there any more
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if it cannot be written now
     */
    void tellLoss(long keptUntil, long given);

    /** The oldest moment of a catalog that can be read; empty if all of its history is kept. */
    Optional<HistoryStart> start(CatalogRecord catalog);

    /**
     * The oldest moment of a catalog that can be read, if there were changes after this one that are no longer kept; else empty. What a restore has undone is told by the change that it made,
     * and is not missed.
     */
    Optional<HistoryStart> startAfter(CatalogRecord catalog, long change);

    /** The moment just after the transaction that holds this change. Empty if the change has not been made, or if the state then is no longer kept. */
    Optional<Moment> momentOf(CatalogRecord catalog, long change);

    /**
     * The moment just after the last change that was made until then, which has to be past: the same whenever it is asked for, so what is being written waits to be seen. Empty if there
     * is none, or if the state then is no longer kept.
     */
    Optional<Moment> momentAt(CatalogRecord catalog, Instant instant);
}
