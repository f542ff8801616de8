package dev.firn.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/** Keeps other users of the machine from reading the state. */
final class OwnerOnly {
    /** The file, its log and the index of that. SQLite makes later ones with the permissions of the first. */
    private static final List<String> SUFFIXES = List.of("", "-wal", "-shm");

    private OwnerOnly() {}

    /** Throws {@link ServiceUnavailableException} if the permissions cannot be changed. */
    static void protect(Path database) {
        for (String suffix : SUFFIXES) {
            Path file = database.resolveSibling(database.getFileName() + suffix);
            try {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            } catch (NoSuchFileException e) {
                // It will be made with the permissions of the database.
                continue;
            } catch (UnsupportedOperationException e) {
                // Windows: files have the permissions of their folder.
                return;
            } catch (IOException e) {
                throw new ServiceUnavailableException(
                        e, "Cannot keep others from reading a secret in %s: %s", file, e.getMessage());
            }
        }
    }
}
