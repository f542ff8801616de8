package dev.firn.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The port through which the state is examined, beside a server or without one. It only reads.
 *
 * <p>Every method throws {@link RuntimeException} if what it reads is damaged.
 */
public interface Examination extends AutoCloseable {
    /**
     * A version of a name.
     *
     * @param catalog the catalog that it is in
     * @param entry the name and its pointer
     * @param until the change that ended it; 0 if it is the present one
     */
    record Version(CatalogRecord catalog, Entry entry, long until) {}

    /**
     * A purge that waits or works.
     *
     * @param purge which table
     * @param note why it waits; empty if it just has not come to its end
     */
    record UnfinishedPurge(Purge purge, String note) {}

    /** What is to be said if the shape of the state is not the one that this version knows; empty if it is. */
    Optional<String> otherShape();

    /** What is wrong with the file itself, and with its references. */
    List<String> damage();

    /** What is wrong with the ledger: gaps other than those that restores made, times that go back, transactions torn apart. */
    List<String> ledgerFaults();

    /** The number of the newest change; 0 before the first. */
    long newestChange();

    /** What is wrong with the versions of names: they overlap, or end before they begin. */
    List<String> versionFaults();

    /** All versions of tables and views. */
    void eachVersion(Consumer<Version> each);

    /** Whether a version is still the present one: a server may have gone on meanwhile. */
    boolean isPresent(Entry entry);

    /** The tables that were dropped and can come back; none that is there under another name. */
    void eachDropped(Consumer<Holder> each);

    /** Whether what this change dropped can still come back: a server may have gone on meanwhile. */
    boolean canComeBack(long drop);

    /** Whether the files of what this change dropped are to be deleted. */
    boolean isToBePurged(long drop);

    /** The tables that were dropped to be purged, or for which that was asked later, and can still come back. */
    List<Purge> waitingPurges();

    /** The purges that have begun and not ended. */
    List<UnfinishedPurge> unfinishedPurges();

    /** The identities of tables whose files may be missing: they were purged, or are to be, or were given to another catalog. */
    Set<String> goneIdentities();

    /** The identities of tables that another catalog has, or had: they were registered here, or given away. */
    Set<String> sharedIdentities();

    /** The files that the state keeps, with their content. */
    void eachKeptFile(BiConsumer<KeptFile, KeptContent> each);

    /** Whether any version or any remembered request names this metadata file. */
    boolean names(String metadataLocation);

    /** Calls with all metadata files that are named by states from before a restore, which are kept beside this one, or that these were still to delete. One that cannot be read could not be restored, and names nothing. */
    void eachNamedBeforeRestores(Consumer<String> each);

    /** Calls with the metadata files that only versions pointed to which are no longer kept, and that have not been deleted. */
    void eachFormerFile(Consumer<String> each);

    /** The change at which the history that is kept begins; 0 if all of it is. */
    long historyStart();

    /** The oldest moment that can be read; empty if nothing has ever happened. */
    Optional<HistoryStart> oldestMoment();

    /** About how many bytes of the state only the past needs: changes, versions that have ended, and what is remembered of files. */
    long historyBytes();

    /** When the newest change was made; empty if there is none. */
    Optional<Instant> newestChangeAt();

    @Override
    void close();
}
