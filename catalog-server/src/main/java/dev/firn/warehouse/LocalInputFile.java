package dev.firn.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file to read. Its location is the one that was asked for, because Iceberg compares locations as text. */
record LocalInputFile(String location, Path path, Locations locations) implements InputFile {
    // Most are manifests and their lists.
    static {
        AvroCodecs.prepare();
    }

    @Override
    public long getLength() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public SeekableInputStream newStream() {
        try {
            return new LocalInputStream(PlainFiles.open(path));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public boolean exists() {
        return Files.isRegularFile(path);
    }

    private RuntimeException failure(IOException e) {
        if (e instanceof NoSuchFileException) {
            if (locations.isAway(path)) {
                return new UncheckedIOException(Locations.away(location), e);
            }
            return new NotFoundException(e, "File does not exist: %s", location);
        }
        return new UncheckedIOException("Cannot read " + location, e);
    }
}
