package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * The warehouse of this machine as Iceberg's own readers and writers want it, without Hadoop. A location that is not allowed is refused with {@link
 * org.apache.iceberg.exceptions.BadRequestException} before anything is touched.
 *
 * <p>It lives in this process only: {@link FileIO} is serialisable by its type, this one is not.
 */
@SuppressWarnings("serial")
public final class LocalFileIO implements FileIO {
    private final transient Locations locations;

    /** Reads and writes only where {@code locations} allows. */
    public LocalFileIO(Locations locations) {
        this.locations = locations;
    }

    /** Nothing is read before the file is; one that is missing throws {@link org.apache.iceberg.exceptions.NotFoundException} then. */
    @Override
    public InputFile newInputFile(String location) {
        return new LocalInputFile(location, locations.require(location), locations);
    }

    /** Nothing is written before the file is. A file has its name only once it is closed, and is durable then. */
    @Override
    public OutputFile newOutputFile(String location) {
        Path path = locations.require(location);
        return new LocalOutputFile(location, path, foldersOf(path), locations);
    }

    /** The folders of the warehouse that a file is in, each of which may be as new as the file. */
    private List<Path> foldersOf(Path path) {
        return Stream.iterate(path.getParent(), folder -> folder != null && locations.allows(folder), Path::getParent)
                .toList();
    }

    /** Deletes a file if it is there. Throws {@link UncheckedIOException} if it cannot. */
    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(locations.require(location));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + location, e);
        }
    }

    @Override
    public Map<String, String> properties() {
        return Map.of();
    }
}
