package dev.firn.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.PurgeStore;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * What can be known of a table that cannot be read: its folders, from the state and from the newest of its metadata files that can be read (from all, if what cannot be read is of its past),
 * and what is named by all that is left, the manifests that lie in its folders included.
 */
final class Remains {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA_FOLDER = "metadata";
    private static final String MANIFESTS = ".avro";

    /** Properties that say where a table writes, if not in its own folder. */
    private static final List<String> FOLDERS = List.of(
            TableProperties.WRITE_DATA_LOCATION,
            TableProperties.WRITE_METADATA_LOCATION,
            "write.object-storage.path",
            "write.folder-storage.path");

    private final FileStore files;
    private final LocalCleanup cleanup;
    private final Set<Path> folders = new HashSet<>();
    /** Those of them with metadata files in them. */
    private final Set<Path> homes = new HashSet<>();

    private final Set<Path> named = new HashSet<>();
    private final Set<Path> read = new HashSet<>();
    private boolean damaged;
    private boolean unknown;

    private Remains(FileStore files, LocalCleanup cleanup) {
        this.files = files;
        this.cleanup = cleanup;
    }

    /** Reads what is left of a table. */
    static Remains of(CatalogRecord catalog, Entry entry, PurgeStore purges, FileStore files, LocalCleanup cleanup) {
        Remains remains = new Remains(files, cleanup);
        Set<String> versions = new LinkedHashSet<>();
        versions.add(entry.metadataLocation());
        purges.history(catalog, entry).forEach(version -> versions.add(version.metadataLocation()));
        versions.forEach(remains::addHome);
        remains.addVersions(versions);
        remains.homes.forEach(remains::addManifestsIn);
        return remains;
    }

    /** Whether something of it is damaged, so that nobody can read it, and nothing is only out of reach, or not understood here. */
    boolean isDamaged() {
        return damaged && !unknown;
    }

    /** Whether it has to do with a folder: lies in it or around it, writes into it, or names a file in it. */
    boolean touches(Path folder) {
        return folders.stream().anyMatch(own -> own.startsWith(folder) || folder.startsWith(own))
                || named.stream().anyMatch(file -> file.startsWith(folder));
    }

    private void addHome(String metadataLocation) {
        Path file = cleanup.file(metadataLocation).orElse(null);
        Path folder = file == null ? null : file.getParent();
        if (folder == null) {
            unknown = true;
            return;
        }
        folders.add(folder);
        homes.add(folder);
        Path above = folder.getParent();
        if (above != null && folder.endsWith(METADATA_FOLDER)) {
            folders.add(above);
        }
    }

    /** Adds what the newest metadata file names that can be read. If the table is whole as that says, it is something in its past that is not: then all of this is added. */
    private void addVersions(Set<String> versions) {
        MetadataReader reader = new MetadataReader(files);
        boolean isNewest = true;
        for (String version : versions) {
            try {
                add(reader.read(version));
                if (isNewest && (damaged || unknown)) {
                    return;
                }
                isNewest = false;
            } catch (NotFoundException e) {
                // Missing: the one before it says what there was.
                continue;
            } catch (RuntimeException e) {
                note(stateOfMetadata(version));
            }
        }
    }

    private void add(TableMetadata metadata) {
        addFolder(metadata.location());
        FOLDERS.forEach(property -> {
            String folder = metadata.properties().get(property);
            if (folder != null) {
                addFolder(folder);
            }
        });
        metadata.previousFiles().forEach(earlier -> addHome(earlier.file()));
        metadata.statisticsFiles().forEach(file -> name(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> name(file.path()));
        for (Snapshot snapshot : metadata.snapshots()) {
            if (snapshot.manifestListLocation() == null) {
                // Format version 1 without lists: no engine of today writes that, and here it is not followed.
                unknown = true;
            } else {
                follow(snapshot.manifestListLocation());
            }
        }
    }

    private void addFolder(String location) {
        cleanup.folder(location).ifPresent(folders::add);
    }

    private void name(String location) {
        cleanup.file(location).ifPresent(named::add);
    }

    /** A list names manifests, a manifest names content files, and these name nothing. */
    private void follow(String location) {
        name(location);
        Path file = cleanup.file(location).orElse(null);
        if (file == null) {
            unknown = true;
        } else if (read.add(file)) {
            note(read(location, this::follow));
        }
    }

    private NamedPaths.State read(String location, Consumer<String> manifests) {
        try {
            return NamedPaths.read(files.read(location), manifests, this::name);
        } catch (NotFoundException e) {
            return NamedPaths.State.WHOLE;
        } catch (RuntimeException e) {
            return NamedPaths.State.UNKNOWN;
        }
    }

    /** What was named by a list that cannot be read still lies in the folder. What nothing names may be of any kind, and is no damage. */
    private void addManifestsIn(Path folder) {
        for (Path file : cleanup.filesIn(folder, MANIFESTS)) {
            if (read.add(file)) {
                read(file.toString(), this::name);
            }
        }
    }

    private void note(NamedPaths.State state) {
        damaged |= state == NamedPaths.State.DAMAGED;
        unknown |= state == NamedPaths.State.UNKNOWN;
    }

    /** Metadata that is JSON and no metadata of a table may be of a version that is not known here. */
    private NamedPaths.State stateOfMetadata(String location) {
        byte[] content;
        try {
            content = files.read(location);
        } catch (RuntimeException e) {
            return NamedPaths.State.UNKNOWN;
        }
        try {
            return JSON.readTree(MetadataReader.text(content)).isMissingNode()
                    ? NamedPaths.State.DAMAGED
                    : NamedPaths.State.UNKNOWN;
        } catch (JsonProcessingException | UncheckedIOException e) {
            return NamedPaths.State.DAMAGED;
        }
    }
}
