package dev.firn.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The port to metadata files that only versions pointed to which are no longer kept. They may still be named, by the metadata of versions that are, so each is remembered
 * until it is deleted.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now; writes throw as {@link
 * CatalogStore#apply}.
 */
public interface FormerFileStore {
    /**
     * A table or view, under whatever names.
     *
     * @param catalog the catalog that it is or was in
     * @param uuid its identity
     */
    record Identity(CatalogRecord catalog, String uuid) {}

    /**
     * A change after which metadata is named that was not written here for the identity that it has, or that another catalog has.
     *
     * @param change its number
     * @param uuid the identity of the table or view
     * @param givenAway whether another catalog has it from then on
     * @param restore whether it made another state the present one: then all that was known of the state before is to be forgotten
     */
    record Registration(long change, String uuid, boolean givenAway, boolean restore) {}

    /** Identities of which versions have gone since they were {@linkplain #looked looked at}; at most {@code limit}. */
    List<Identity> due(int limit);

    /** The former files of an identity, those with the lowest names first; at most {@code limit}. */
    List<FormerFile> of(Identity identity, int limit);

    /** All versions that are kept, of tables and views, after a {@linkplain Holder#position position}; at most {@code limit}. */
    List<Holder> versions(long after, int limit);

    /** The registrations among the changes after one of them, until another. Reads all of these changes. */
    List<Registration> registrations(long after, long until);

    /**
     * The metadata files that are needed besides: remembered requests are answered from them, or they are {@linkplain KeptFile kept} and would be written again after a
     * kill, or kept ones are told by how they differ from them.
     */
    Set<String> needed();

    /** Whether something was registered, given away or restored after a change, with all that waits to be written. */
    boolean registeredSince(long change);

    /** These files are gone. */
    void forget(Collection<FormerFile> files);

    /** All that could be deleted of these now was. */
    void looked(Collection<Identity> identities);
}
