package dev.firn.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The key that signs tokens: 32 random bytes in a file that only its owner can read. Who deletes the file makes all tokens invalid. */
public final class SigningKey {
    private static final int BYTES = 32;

    private SigningKey() {}

    /**
     * The key in this file, which is made if there is none.
     *
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static byte[] in(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != BYTES) {
                throw new IOException("not a key of " + BYTES + " bytes: " + file);
            }
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A key that ends with this process: what it signs is worth nothing elsewhere. */
    public static byte[] forThisProcess() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Written beside and moved, so that a crash leaves no half of a key. */
    private static void create(Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try {
            Files.createFile(
                    beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException e) {
            // Windows: the file has the permissions of its folder.
            Files.createFile(beside);
        }
        Files.write(beside, forThisProcess());
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            Files.delete(beside);
        }
    }
}
