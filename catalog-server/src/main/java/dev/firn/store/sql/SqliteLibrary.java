package dev.firn.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.LibraryLoaderUtil;

/** SQLite itself, which the driver unpacks from the jar at each start unless it is told where it lies ({@code org.sqlite.lib.path}). */
public final class SqliteLibrary {
    private SqliteLibrary() {}

    /** Unpacks the library of this machine into a folder. A process that has an older one loaded from there keeps it. */
    public static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        Files.createDirectories(folder);
        Path beside = Files.createTempFile(folder, name, ".new");
        try (InputStream stream = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("The jar lacks " + resource);
            }
            Files.copy(stream, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
