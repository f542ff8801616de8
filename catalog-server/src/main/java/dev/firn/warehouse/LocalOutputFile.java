package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * A file to write.
 *
 * @param folders those that have to be durable for the file to be so
 */
record LocalOutputFile(String location, Path path, List<Path> folders, Locations locations) implements OutputFile {
    /**
     * Begins a new file.
     *
     * @throws AlreadyExistsException if it is there; if it comes to be there later, closing the stream throws it and leaves what is there
     */
    @Override
    public PositionOutputStream create() {
        if (Files.exists(path)) {
            throw new AlreadyExistsException("File already exists: %s", location);
        }
        return open(false);
    }

    /** Begins a file that takes the place of the one that may be there, all at once when it is closed. */
    @Override
    public PositionOutputStream createOrOverwrite() {
        return open(true);
    }

    private PositionOutputStream open(boolean overwrite) {
        try {
            return LocalOutputStream.open(this, overwrite);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + location, e);
        }
    }

    @Override
    public InputFile toInputFile() {
        return new LocalInputFile(location, path, locations);
    }
}
