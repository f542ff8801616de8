package dev.firn.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests and their lists and keeps them parsed, bounded by memory. They never change, so nothing has to be invalidated.
 *
 * <p>Every method throws {@link ServiceFailureException} if a file is missing or cannot be read: the table names it, so that is never the client's fault.
 */
final class Manifests {
    /**
     * A manifest reads differently with other types of the partition's fields, and once its rows have been numbered (format version 3). Its files inherit the
     * snapshot and the sequence number that the list of manifests gives it: a commit that is tried again lists the same manifest with others.
     */
    private record Key(
            String path,
            Types.StructType partitionType,
            @Nullable Long snapshotId,
            long sequenceNumber,
            @Nullable Long firstRowId) {
        @Override
        public String toString() {
            return path;
        }
    }

    private final FileIO io;
    private final Cache<Object, ParsedManifest<?>> cache;

    Manifests(FileIO io, long cacheBytes) {
        this.io = io;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Object key, ParsedManifest<?> parsed) -> parsed.weight())
                .build();
    }

    FileIO io() {
        return io;
    }

    /** The manifests of a snapshot, of data and of deletes. */
    List<ManifestFile> of(Snapshot snapshot) {
        if (snapshot.manifestListLocation() == null) {
            return reading("the manifests of snapshot " + snapshot.snapshotId(), () -> snapshot.allManifests(io));
        }
        // A snapshot keeps what it has read for as long as its table's metadata is kept; a copy keeps it for nobody.
        return kept(
                snapshot.manifestListLocation(),
                () -> ParsedManifest.of(
                        SnapshotParser.fromJson(SnapshotParser.toJson(snapshot)).allManifests(io)));
    }

    /** The live data files of a manifest, with their statistics. */
    List<DataFile> dataFiles(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
        return kept(key(manifest, specs), () -> read(ManifestFiles.read(manifest, io, specs)));
    }

    /** The live delete files of a manifest, with their statistics. */
    List<DeleteFile> deleteFiles(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
        return kept(key(manifest, specs), () -> read(ManifestFiles.readDeleteManifest(manifest, io, specs)));
    }

    /** What a parsed manifest is known by. */
    static Object key(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
        PartitionSpec spec = specs.get(manifest.partitionSpecId());
        if (spec == null) {
            throw new ServiceFailureException(
                    "The table has no partition spec %s, which its manifest %s is written with",
                    manifest.partitionSpecId(), manifest.path());
        }
        return new Key(
                manifest.path(),
                spec.partitionType(),
                manifest.snapshotId(),
                manifest.sequenceNumber(),
                manifest.firstRowId());
    }

    private static <F extends ContentFile<F>> ParsedManifest<F> read(ManifestReader<F> manifest) {
        try (CloseableIterable<F> files = manifest) {
            return ParsedManifest.ofFiles(List.copyOf(toList(files)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <F> List<F> toList(Iterable<F> items) {
        List<F> list = new ArrayList<>();
        items.forEach(list::add);
        return list;
    }

    /** What is made of several manifests and known under a key, or else is made now; {@code make} may read manifests. */
    <T> T made(Object key, Supplier<ParsedManifest<T>> make) {
        ParsedManifest<?> known = cache.getIfPresent(key);
        if (known == null) {
            known = make.get();
            cache.put(key, known);
        }
        return Manifests.<T>items(known).get(0);
    }

    /** What is known under a key, or else is parsed now, once for all who want it. */
    private <T> List<T> kept(Object key, Supplier<ParsedManifest<T>> parse) {
        return reading(key, () -> items(cache.get(key, unknown -> parse.get())));
    }

    @SuppressWarnings("unchecked") // One kind of key always has one kind of items.
    private static <T> List<T> items(ParsedManifest<?> parsed) {
        return (List<T>) parsed.items();
    }

    private static <T> T reading(Object what, Supplier<T> read) {
        try {
            return read.get();
        } catch (NotFoundException | UncheckedIOException e) {
            throw new ServiceFailureException(e, "Cannot read %s: %s", what, e.getMessage());
        }
    }
}
