package dev.firn.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite itself. The driver, left alone, unpacks it from the jar at each start, into the folder for temporary files, where it stays when the process is killed; and
 * each start looks there for what others have left. So we do it, unless it is told where the library lies ({@code org.sqlite.lib.path}).
 */
public final class SqliteLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
    private static final String PLACE = "org.sqlite.lib.path";
    private static final String TEMPORARY = "org.sqlite.tmpdir";
    private static final String NAME = "firn-sqlite";

    private SqliteLibrary() {}

    /** Loads the library, and leaves no file of it behind unless the process is killed just then. Where that cannot be done the driver does it in its own way. */
    static void load() {
        String place = System.getProperty(PLACE);
        try {
            if (place != null && Files.isRegularFile(Path.of(place, LibraryLoaderUtil.getNativeLibName()))) {
                load(Path.of(place));
            } else {
                loadUnpacked();
            }
        } catch (IOException e) {
            LOG.debug("Leaves the library of SQLite to the driver", e);
        }
    }

    private static void loadUnpacked() throws IOException {
        String temporary = System.getProperty(TEMPORARY);
        Path folder = temporary == null
                ? Files.createTempDirectory(NAME)
                : Files.createTempDirectory(Path.of(temporary), NAME);
        try {
            unpack(folder);
            load(folder);
        } finally {
            // Who has loaded a library keeps it.
            delete(folder);
        }
    }

    /** From a folder that has it, looking nowhere else. */
    private static void load(Path folder) throws IOException {
        String place = System.setProperty(PLACE, folder.toString());
        String temporary = System.setProperty(TEMPORARY, folder.toString());
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            throw new IOException("Cannot load the library of SQLite from " + folder, e);
        } finally {
            restore(PLACE, place);
            restore(TEMPORARY, temporary);
        }
    }

    /** With what the driver may have put there when it could not load the library. */
    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static void restore(String property, @Nullable String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

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
