package dev.firn.warehouse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.BadRequestException;

/** Tells the mistake of who names a place where nothing can ever be from the failure of a disk: there it is of no use to try again. */
final class ImpossiblePlaces {
    /** What common file systems and Linux take, in bytes. */
    private static final int LONGEST_NAME = 255;

    private static final int LONGEST_PATH = 4_095;

    private ImpossiblePlaces() {}

    /** Throws {@link BadRequestException} if there can be no such folder. To be asked when it could not be made or looked into, for this cause. */
    static void refuseFolder(Path folder, String location, IOException cause) {
        refuseLong(folder, location, cause);
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && !Files.isDirectory(existing)) {
            throw new BadRequestException(cause, "A file stands where a folder has to be: %s", location);
        }
    }

    /** As {@link #refuseFolder}, for a file that could not be made or read. */
    static void refuseFile(Path file, String location, IOException cause) {
        refuseLong(file, location, cause);
        Path folder = file.getParent();
        if (folder != null) {
            refuseFolder(folder, location, cause);
        }
    }

    private static void refuseLong(Path path, String location, IOException cause) {
        boolean tooLong = length(path) > LONGEST_PATH;
        for (Path name : path) {
            tooLong |= length(name) > LONGEST_NAME;
        }
        if (tooLong) {
            throw new BadRequestException(cause, "Longer than a path can be, or a name in it: %s", location);
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
