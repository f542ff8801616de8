package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The port to the files of the warehouse. Every location is checked: one outside the warehouse is refused with {@link
 * org.apache.iceberg.exceptions.BadRequestException} before anything is touched.
 */
public interface FileStore {
    /**
     * All bytes of a file.
     *
     * @throws org.apache.iceberg.exceptions.NotFoundException if there is no such file
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    byte[] read(String location);

    /**
     * How long the content of a file is, in bytes, without reading it: of one that is compressed with gzip what that says of it at its end.
     *
     * @throws org.apache.iceberg.exceptions.NotFoundException if there is no such file
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    long contentLength(String location);

    /**
     * Whether there is nothing at all in the allowed folder that a location is in, as where a disk is not mounted. A file that is missing there need not be lost.
     *
     * @throws java.io.UncheckedIOException if that cannot be told
     */
    boolean isAway(String location);

    /**
     * To be asked when a file is missing, before it is told to be gone.
     *
     * @throws UncheckedIOException if all is missing in its allowed folder, as where a disk is not mounted
     */
    default void requireNotAway(String location) {
        if (isAway(location)) {
            String message = Locations.away(location);
            throw new UncheckedIOException(message, new IOException(message));
        }
    }

    /** Whether there is such a file. */
    boolean exists(String location);

    /** Whether there is such a file and the operating system lets this process read it. As with {@link #exists}, links are not followed to the end of the warehouse. */
    boolean isReadable(String location);

    /**
     * Writes a new file. When it returns, the file and its name are durable; if it throws, no file of that name has come to be, or (only if the folder could
     * not be made durable) a whole one that nobody knows.
     *
     * @throws org.apache.iceberg.exceptions.AlreadyExistsException if there is a file of this name; it is never overwritten
     * @throws org.apache.iceberg.exceptions.BadRequestException also if there can be none: its path is too long, or a file stands where its folder is to be
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    void create(String location, byte[] content);

    /**
     * As {@link #create}, but what it wrote may be lost or torn in a power cut until it is {@linkplain #sync synced}.
     *
     * @throws org.apache.iceberg.exceptions.AlreadyExistsException if there is a file of this name; it is never overwritten
     * @throws org.apache.iceberg.exceptions.BadRequestException also if there can be none: its path is too long, or a file stands where its folder is to be
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    void createUnsynced(String location, byte[] content);

    /**
     * Makes files and their names durable. One that is not there any more is passed over.
     *
     * @return whether many files take hardly longer than one: then the next may be synced as soon as there are some
     * @throws java.io.UncheckedIOException if it cannot be done; what was not durable then may never become so by another sync, because an operating system
     *     may forget what it could not write: it has to be written again
     */
    default boolean sync(Collection<String> locations) {
        return sync(locations, Runnable::run);
    }

    /**
     * The same for somebody who waits for it: several at once, by the {@code helpers} that have time, who may drop what they are given, and by itself where none has.
     *
     * @throws java.io.UncheckedIOException as above. Its cause is a {@link java.nio.file.FileSystemException} if something could not be opened, and only then; of that the operating system
     *     forgets nothing
     */
    boolean sync(Collection<String> locations, Executor helpers);

    /** Tells that these files are durable and hardly anybody will read them, so that they need not stay in the operating system's memory. Nothing else depends on it. */
    void forget(Collection<String> locations);

    /**
     * Gives files a time of their last change that lies far ahead. Whoever cleans a folder by age, as engines do with what the present metadata of a table does not name, leaves them where
     * they are. Nothing else changes. Files that are not there, or not in the warehouse, are passed over, and so is what is no file.
     *
     * @return those of which that could not be changed, in order, and why
     */
    Map<String, String> markLasting(Collection<String> locations);

    /**
     * Writes a file anew whose content is known, whatever stands there now: what can be read may not be what is on the disk. When it returns, its content is
     * durable; its name is once it is {@linkplain #sync synced}.
     *
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    void restore(String location, byte[] content);

    /**
     * Makes a folder with all that lack above it. It is durable once a file in it is {@linkplain #sync synced}.
     *
     * @return whether it was made; false if it was there
     * @throws java.io.UncheckedIOException if it cannot be made
     */
    boolean createFolder(String location);

    /**
     * Makes the folder of a new table with folders in it, and all that lack above; it is no failure if some are there. As durable as with {@link #createFolder}.
     *
     * @throws org.apache.iceberg.exceptions.BadRequestException also if one of them cannot be: its path is too long, or a file stands there
     * @throws java.io.UncheckedIOException if they cannot be made
     */
    void createFolders(String location, List<String> names);

    /**
     * Deletes a file if it is there, with what a {@link #restore} of it that was killed has left. A power cut may bring it back until {@link #syncNames}.
     *
     * @throws java.io.UncheckedIOException if it cannot be deleted
     */
    void delete(String location);

    /**
     * Makes durable which of these files are there and which are not, whatever their content. A folder that is not there is passed over.
     *
     * @throws java.io.UncheckedIOException if it cannot be done
     */
    void syncNames(Collection<String> locations);
}
