package dev.firn.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/** Keeps other users of the machine from reading the state. */
final class OwnerOnly {
    /** The file, its log and the index of that. SQLite makes later ones with the permissions of the first. */
    private static final List<String> SUFFIXES = List.of("", "-wal", "-shm");

    private static final FileAttribute<Set<PosixFilePermission>> PERMISSIONS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private OwnerOnly() {}

    /** Makes an empty file for a copy of the state, which may hold secrets. Throws {@link ServiceUnavailableException} if it cannot be made. */
    static void create(Path copy) {
        try {
            Files.createFile(copy, PERMISSIONS);
        } catch (UnsupportedOperationException e) {
            // Windows: SQLite makes it.
            return;
        } catch (IOException e) {
            throw new ServiceUnavailableException(e, "Cannot make %s: %s", copy, e.getMessage());
        }
    }

    /** Throws {@link ServiceUnavailableException} if the permissions cannot be changed. */
    static void protect(Path database) {
        for (String suffix : SUFFIXES) {
            Path file = database.resolveSibling(database.getFileName() + suffix);
            try {
                Files.setPosixFilePermissions(file, PERMISSIONS.value());
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
