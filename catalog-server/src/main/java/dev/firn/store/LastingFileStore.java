package dev.firn.store;

import java.util.List;

/**
 * The port to the metadata files of all of history, in the order in which they came: they are marked as files that last, once each, and the state knows how far that has come.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now; writes throw as {@link CatalogStore#apply}.
 */
public interface LastingFileStore {
    /** The changes of all catalogs after one of them, in order, with their files; at most {@code limit}. */
    List<ChangeFile> after(long change, int limit);

    /** The last change whose file is marked, with all before it; 0 or less if none is: after each restore another number. */
    long through();

    /** Keeps, durably, that the files of all changes through this one are marked, unless another state was restored since it was {@code before}. */
    void markedThrough(long before, long change);
}
