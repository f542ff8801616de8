package dev.firn.store;

import java.nio.file.Path;
import java.util.function.Consumer;

/** The port to whole states in files of their own. */
public interface BackupStore {
    /** Makes an empty file beside the state that is not to last, which only its owner can read; what a process that was killed left there is deleted at the next start. */
    Path temporary();

    /** A path beside the state that no file has yet, for the state as it is before another is restored. */
    Path before();

    /**
     * Writes all that is acknowledged into an empty file, while others read and change the state. The file is a state as of one moment, with the metadata files that
     * are not yet durable by themselves.
     *
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if it cannot be written; then there is no file
     */
    void write(Path file);

    /**
     * Opens a file that {@link #write} made, here or elsewhere, after a look at every page of it, and brings it to the shape that this server knows.
     *
     * @throws NotAStateException if it is no state, is damaged, or was written by a newer version of the server
     */
    CatalogStore open(Path file);

    /** Calls with the location of the metadata file of every present table and view of every catalog. */
    void eachPresentLocation(Consumer<String> action);

    /**
     * Makes this the state of a file that was {@linkplain #open opened} and closed again, in one step: whoever reads or changes the state does it before or after.
     *
     * <p>The numbers of the ledger go on behind the highest that was ever given, with a row {@code restore-catalog} for each catalog, so that no number means two
     * things. Webhooks stay what they are, and keep their positions (a state of which nothing was ever made gets those of the file), what has been purged since stays purged, and no history comes back that is no longer kept.
     *
     * @param before the file that gets the state as it was until then; none if nothing had ever changed
     * @param last what is still to be done before, when it is decided and nobody changes the present state any more; it is told what the ledger will be. If it
     *     throws nothing is restored
     * @return the number of the newest change
     * @throws NotAStateException if the file has a table whose files are deleted, or are being deleted
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if it cannot be done; nothing has changed then
     */
    long restore(Path file, Path before, String principal, Consumer<RestoredLedger> last);

    /**
     * Looks whether an opened file could be {@linkplain #restore restored} now; a deletion that begins afterwards is noticed there.
     *
     * @throws NotAStateException if it has a table whose files are deleted, or are being deleted
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if that cannot be told
     */
    void requireRestorable(Path file);
}
