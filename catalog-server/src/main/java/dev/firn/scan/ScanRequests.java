package dev.firn.scan;

import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Turns requests into work. What is wrong with a request is found here, so that its sender hears it at once. */
final class ScanRequests {
    private final Manifests manifests;
    private final Workers workers;
    private final int filesPerPage;

    ScanRequests(Manifests manifests, Workers workers, int filesPerPage) {
        this.manifests = manifests;
        this.workers = workers;
        this.filesPerPage = filesPerPage;
    }

    /** The planning of a scan, which has not begun. */
    interface Work {
        /** About how many data files have to be looked at. */
        long files();

        PlannedScan plan();
    }

    /** Throws {@link BadRequestException} if the table has no such snapshot, or a name or a value is wrong. */
    Work prepare(TableMetadata table, PlanTableScanRequest request) {
        return request.startSnapshotId() == null ? snapshot(table, request) : appended(table, request);
    }

    private Work snapshot(TableMetadata table, PlanTableScanRequest request) {
        @Nullable
        Snapshot snapshot =
                request.snapshotId() == null ? table.currentSnapshot() : require(table, request.snapshotId());
        Scope scope = Scope.of(table, schema(table, snapshot, request.useSnapshotSchema()), request);
        SnapshotFiles files = new SnapshotFiles(manifests, scope, snapshot);
        return new Work() {
            @Override
            public long files() {
                return files.estimate();
            }

            @Override
            public PlannedScan plan() {
                return SnapshotScan.plan(files, workers, filesPerPage);
            }
        };
    }

    private Work appended(TableMetadata table, PlanTableScanRequest request) {
        long from = request.startSnapshotId();
        long to = request.endSnapshotId();
        require(table, to);
        // The first one may have expired: it is enough that it is somebody's parent.
        if (!isBefore(table, from, to)) {
            throw new BadRequestException("The snapshot %s does not come before the snapshot %s", from, to);
        }
        // As Iceberg's clients do: what was appended is read with the present schema.
        Scope scope = Scope.of(table, table.schema(), request);
        return new Work() {
            @Override
            public long files() {
                long files = 0;
                for (Snapshot snapshot : SnapshotUtil.ancestorsBetween(to, from, table::snapshot)) {
                    files += PropertyUtil.propertyAsLong(snapshot.summary(), "added-data-files", 0);
                }
                return files;
            }

            @Override
            public PlannedScan plan() {
                return AppendScan.plan(table, scope, manifests, from, to, filesPerPage);
            }
        };
    }

    private static boolean isBefore(TableMetadata table, long from, long to) {
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(to, table::snapshot)) {
            Long parent = snapshot.parentId();
            if (parent != null && parent == from) {
                return true;
            }
        }
        return false;
    }

    private static Snapshot require(TableMetadata table, long id) {
        Snapshot snapshot = table.snapshot(id);
        if (snapshot == null) {
            throw new BadRequestException("The table has no snapshot %s, or no longer", id);
        }
        return snapshot;
    }

    private static Schema schema(TableMetadata table, @Nullable Snapshot snapshot, boolean ofSnapshot) {
        Integer id = snapshot == null || !ofSnapshot ? null : snapshot.schemaId();
        Schema schema = id == null ? null : table.schemasById().get(id);
        return schema == null ? table.schema() : schema;
    }
}
