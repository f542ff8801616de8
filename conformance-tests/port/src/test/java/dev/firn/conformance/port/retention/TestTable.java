package dev.firn.conformance.port.retention;

import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** Tables whose data files are there, though nobody reads their rows. */
final class TestTable {
    private TestTable() {}

    static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }

    /** The present metadata file of a table or view, by its path in the API. */
    static Path metadataFile(FirnServer server, String path) {
        return path(server.client()
                .http()
                .get(path)
                .expect(200)
                .json()
                .get("metadata-location")
                .asText());
    }

    /** Writes a data file in a folder and speaks of it as an engine does. */
    static DataFile dataFile(String folder) {
        Path file = path(folder).resolve(UUID.randomUUID() + ".parquet");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "rows");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(folder + "/" + file.getFileName())
                .withFileSizeInBytes(4)
                .withRecordCount(1)
                .withFormat("parquet")
                .build();
    }

    /** Commits a new data file, in a commit of its own. */
    static void append(Table table) {
        table.newAppend().appendFile(dataFile(table.location() + "/data")).commit();
    }

    /** All files below a folder; none if it does not exist. */
    static List<Path> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        } catch (java.nio.file.NoSuchFileException | UncheckedIOException e) {
            // A purge is deleting there at this very moment.
            return files(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads everything that a table names and tells what of it is missing. */
    static List<String> missing(Table table) {
        table.refresh();
        TreeSet<String> named = new TreeSet<>();
        for (Snapshot snapshot : table.snapshots()) {
            named.add(snapshot.manifestListLocation());
            if (!Files.exists(path(snapshot.manifestListLocation()))) {
                continue;
            }
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                named.add(manifest.path());
                if (Files.exists(path(manifest.path()))) {
                    try (CloseableIterable<String> paths =
                            ManifestFiles.readPaths(manifest, table.io(), table.specs())) {
                        paths.forEach(named::add);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
        return named.stream().filter(file -> !Files.exists(path(file))).toList();
    }
}
