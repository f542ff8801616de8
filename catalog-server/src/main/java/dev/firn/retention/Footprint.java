package dev.firn.retention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/**
 * All files that some metadata files of a table name: by whatever snapshot, branch or log. A file that is missing names nothing, because nobody can read it; one
 * that cannot be read for another reason is a failure, because what it names is not known.
 */
public final class Footprint {
    private record Manifest(ManifestFile file, Map<Integer, PartitionSpec> specs) {}

    private final FileIO io;
    private final Set<String> lists = new LinkedHashSet<>();
    private final Set<String> statistics = new LinkedHashSet<>();
    private final Set<String> logged = new LinkedHashSet<>();
    private final Map<String, Manifest> manifests = new LinkedHashMap<>();

    /** Of nothing yet; manifests are read through this. */
    public Footprint(FileIO io) {
        this.io = io;
    }

    /** Adds what a metadata file names, but for the content of manifests, and not itself. */
    public void add(TableMetadata metadata) {
        metadata.previousFiles().forEach(entry -> logged.add(entry.file()));
        metadata.statisticsFiles().forEach(file -> statistics.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> statistics.add(file.path()));
        for (Snapshot snapshot : metadata.snapshots()) {
            String list = snapshot.manifestListLocation();
            // Format version 1 may name its manifests without a list.
            if (list == null || lists.add(list)) {
                manifestsOf(snapshot)
                        .forEach(file -> manifests.putIfAbsent(file.path(), new Manifest(file, metadata.specsById())));
            }
        }
    }

    private List<ManifestFile> manifestsOf(Snapshot snapshot) {
        try {
            if (snapshot.manifestListLocation() != null) {
                WholeAvro.require(io.newInputFile(snapshot.manifestListLocation()));
            }
            return snapshot.allManifests(io);
        } catch (NotFoundException e) {
            return List.of();
        }
    }

    /** The metadata files that the logs of the metadata name. */
    public Set<String> logged() {
        return logged;
    }

    /** The lists of manifests, one of each snapshot. */
    public Set<String> manifestLists() {
        return lists;
    }

    /** The files of statistics. */
    public Set<String> statistics() {
        return statistics;
    }

    /** The manifests. */
    public Set<String> manifests() {
        return manifests.keySet();
    }

    /** The same with the number of bytes that each has, as the manifests say. A manifest that is missing names nothing. */
    public void forEachSizedContentFile(ObjLongConsumer<String> each) {
        for (Manifest manifest : manifests.values()) {
            try (ManifestReader<? extends ContentFile<?>> reader =
                    manifest.file().content() == ManifestContent.DATA
                            ? ManifestFiles.read(manifest.file(), io, manifest.specs())
                            : ManifestFiles.readDeleteManifest(manifest.file(), io, manifest.specs())) {
                WholeAvro.require(io.newInputFile(manifest.file().path()));
                reader.forEach(file -> each.accept(file.location(), file.fileSizeInBytes()));
            } catch (NotFoundException e) {
                // Missing: it names nothing.
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + manifest.file().path(), e);
            }
        }
    }

    /** Reads the manifests one by one: all data and delete files, some more than once. */
    public void forEachContentFile(Consumer<String> each) {
        for (Manifest manifest : manifests.values()) {
            try (CloseableIterable<String> paths = ManifestFiles.readPaths(manifest.file(), io, manifest.specs())) {
                WholeAvro.require(io.newInputFile(manifest.file().path()));
                paths.forEach(each);
            } catch (NotFoundException e) {
                // Missing: it names nothing.
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + manifest.file().path(), e);
            }
        }
    }
}
