package dev.firn.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/** The manifests of a snapshot that may list what a scan wants, and what they list. */
final class SnapshotFiles {
    /** About how many bytes of a manifest one file takes; for old manifests that do not say how many they list. */
    private static final int BYTES_OF_FILE = 150;

    private static final long MANIFEST_WEIGHT = 700;

    private final Manifests manifests;
    private final Scope scope;
    private final Map<Integer, SpecFilter> filters = new HashMap<>();
    private final List<ManifestFile> data = new ArrayList<>();
    private final List<ManifestFile> deletes = new ArrayList<>();

    /** The files of a snapshot; of none if the table has none yet. */
    SnapshotFiles(Manifests manifests, Scope scope, @Nullable Snapshot snapshot) {
        this.manifests = manifests;
        this.scope = scope;
        scope.specs().forEach((id, spec) -> filters.put(id, new SpecFilter(scope, spec)));
        for (ManifestFile manifest : snapshot == null ? List.<ManifestFile>of() : manifests.of(snapshot)) {
            if ((manifest.hasAddedFiles() || manifest.hasExistingFiles()) && mayMatch(manifest)) {
                (manifest.content() == ManifestContent.DATA ? data : deletes).add(manifest);
            }
        }
    }

    private boolean mayMatch(ManifestFile manifest) {
        SpecFilter filter = filters.get(manifest.partitionSpecId());
        return filter == null || filter.mayMatch(manifest);
    }

    Scope scope() {
        return scope;
    }

    /** How many manifests there are that list data files. */
    int manifests() {
        return data.size();
    }

    /** About how many data files there are, before any of them is looked at. */
    long estimate() {
        return data.stream().mapToLong(SnapshotFiles::estimate).sum();
    }

    private static long estimate(ManifestFile manifest) {
        Integer added = manifest.addedFilesCount();
        Integer existing = manifest.existingFilesCount();
        return added == null || existing == null ? manifest.length() / BYTES_OF_FILE : (long) added + existing;
    }

    /** About how many bytes it takes to keep this, without what the manifests list. */
    long weight() {
        return MANIFEST_WEIGHT * (data.size() + deletes.size());
    }

    /** The data files of a manifest, matching or not. */
    List<DataFile> dataFiles(int manifest) {
        return manifests.dataFiles(data.get(manifest), scope.specs());
    }

    /** The filter for the data files of a manifest. */
    SpecFilter filter(int manifest) {
        SpecFilter filter = filters.get(data.get(manifest).partitionSpecId());
        if (filter == null) {
            throw new IllegalStateException(
                    "No filter for " + data.get(manifest).path());
        }
        return filter;
    }

    /** Reads all manifests of deletes side by side, so that {@link #deletes()} finds them. */
    void prepareDeletes(Workers workers) {
        List<Callable<Integer>> work = new ArrayList<>();
        for (ManifestFile manifest : deletes) {
            work.add(() -> manifests.deleteFiles(manifest, scope.specs()).size());
        }
        workers.all(work);
    }

    /** The deletes of the snapshot. */
    DeleteIndex deletes() {
        if (deletes.isEmpty()) {
            return new DeleteIndex(List.of(), scope);
        }
        List<Object> keys = deletes.stream()
                .map(manifest -> Manifests.key(manifest, scope.specs()))
                .toList();
        return manifests.made(
                List.of(keys, scope.schema().asStruct(), scope.partitions().changed()), this::index);
    }

    private ParsedManifest<DeleteIndex> index() {
        List<DeleteFile> files = new ArrayList<>();
        for (ManifestFile manifest : deletes) {
            files.addAll(manifests.deleteFiles(manifest, scope.specs()));
        }
        return ParsedManifest.holding(new DeleteIndex(files, scope), files.size());
    }
}
