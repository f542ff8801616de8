package dev.firn.conformance.bench;

import java.io.File;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** The client's side of files: local ones, without Hadoop. */
public final class LocalFiles implements FileIO {
    private static final long serialVersionUID = 1L;

    /** Iceberg makes it by name. */
    public LocalFiles() {}

    @Override
    public InputFile newInputFile(String location) {
        return Files.localInput(file(location));
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return Files.localOutput(file(location));
    }

    @Override
    public void deleteFile(String location) {
        if (!file(location).delete()) {
            throw new IllegalStateException("Cannot delete " + location);
        }
    }

    private static File file(String location) {
        return new File(location.replaceFirst("^file:(//)?", ""));
    }
}
