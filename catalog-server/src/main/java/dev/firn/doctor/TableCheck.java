package dev.firn.doctor;

import dev.firn.retention.Footprint;
import dev.firn.retention.MetadataReader;
import dev.firn.store.Dotted;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Examination;
import dev.firn.warehouse.FileStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** Tables and views that exist or can come back, against their files. */
final class TableCheck {
    private static final String BROKEN = "tables";
    private static final String PUT_BACK =
            "put the file back from a backup, or make it what it was before: firn restore-table NAME --at change:N";

    private static final String REGISTER =
            "put the file back from a backup, or register an earlier metadata file of it (POST …/register)";

    private final Examination state;
    private final FileStore files;
    private final FileIO io;
    private final MetadataReader reader;
    private final Findings findings;
    private final boolean deep;
    private final Consumer<String> logged;
    private int tables;
    private int views;
    private long contentFiles;

    /**
     * Of this state and warehouse.
     *
     * @param deep whether to read all manifests and to look for all data files
     * @param logged is told the earlier metadata files that tables name
     */
    TableCheck(
            Examination state, FileStore files, FileIO io, Findings findings, boolean deep, Consumer<String> logged) {
        this.logged = logged;
        this.state = state;
        this.files = files;
        this.io = io;
        this.reader = new MetadataReader(files);
        this.findings = findings;
        this.deep = deep;
    }

    void run() {
        state.eachVersion(version -> {
            if (version.until() == 0) {
                check(version.entry(), false);
            }
        });
        int present = tables;
        state.eachDropped(holder -> check(holder.entry(), true));
        if (findings.count(BROKEN) == 0) {
            findings.ok(
                    BROKEN,
                    "%d tables, %d dropped ones that can come back, %d views: all files that were looked for are there%s"
                            .formatted(
                                    present,
                                    tables - present,
                                    views,
                                    deep ? ", " + contentFiles + " data and delete files among them" : ""));
        }
    }

    private void check(Entry entry, boolean dropped) {
        if ((tables + views) % 100 == 0) {
            findings.progress(tables + " tables, " + views + " views");
        }
        String about = (dropped ? "dropped " : "") + entry.kind().id() + " " + Dotted.of(entry.identifier());
        List<String> faults = new ArrayList<>();
        try {
            if (entry.kind() == EntryKind.TABLE) {
                tables++;
                checkTable(entry, faults);
            } else {
                views++;
                checkView(entry, faults);
            }
        } catch (NotFoundException e) {
            faults.add("its metadata file is missing: " + entry.metadataLocation());
        } catch (BadRequestException e) {
            faults.add("its metadata file is not in the warehouse (--warehouse, --allow): " + entry.metadataLocation());
        } catch (RuntimeException e) {
            faults.add("its metadata file " + entry.metadataLocation() + " cannot be read: " + Causes.of(e));
        }
        if (!faults.isEmpty() && (dropped || state.isPresent(entry))) {
            faults.forEach(fault -> findings.problem(BROKEN, about, fault, dropped ? REGISTER : PUT_BACK));
        }
    }

    private void checkView(Entry entry, List<String> faults) {
        ViewMetadata view =
                ViewMetadataParser.fromJson(new String(files.read(entry.metadataLocation()), StandardCharsets.UTF_8));
        compare(entry, view.uuid(), view.location(), faults);
    }

    private void checkTable(Entry entry, List<String> faults) {
        TableMetadata metadata = reader.read(entry.metadataLocation());
        compare(entry, metadata.uuid(), metadata.location(), faults);
        metadata.previousFiles().forEach(file -> logged.accept(file.file()));
        for (Snapshot snapshot : metadata.snapshots()) {
            String list = snapshot.manifestListLocation();
            if (list != null) {
                requireFile("the manifest list of its snapshot " + snapshot.snapshotId(), list, faults);
            }
        }
        if (deep) {
            checkDeep(metadata, faults);
        }
    }

    private void compare(Entry entry, String uuid, String location, List<String> faults) {
        if (!entry.uuid().equals(uuid)) {
            faults.add("its metadata file is of another object: " + uuid + " instead of " + entry.uuid());
        }
        try {
            files.exists(location);
        } catch (BadRequestException e) {
            faults.add("its location is not in the warehouse (--warehouse, --allow): " + location);
        }
    }

    private void checkDeep(TableMetadata metadata, List<String> faults) {
        Footprint footprint = new Footprint(io);
        try {
            footprint.add(metadata);
            footprint.manifests().forEach(file -> requireFile("a manifest", file, faults));
            footprint.statistics().forEach(file -> requireFile("a file of statistics", file, faults));
            TreeMap<String, Long> content = new TreeMap<>();
            footprint.forEachSizedContentFile((file, bytes) -> content.merge(file, bytes, Math::max));
            content.forEach((file, bytes) -> requireWhole(file, bytes, faults));
            contentFiles += content.size();
        } catch (RuntimeException e) {
            faults.add("its manifests cannot be read: " + Causes.of(e));
        }
    }

    private void requireWhole(String location, long bytes, List<String> faults) {
        try {
            long length = io.newInputFile(location).getLength();
            if (length < bytes) {
                faults.add("a data or delete file was cut off, it has %d of %d bytes: %s"
                        .formatted(length, bytes, location));
            }
        } catch (NotFoundException e) {
            faults.add("a data or delete file is missing: " + location);
        } catch (BadRequestException e) {
            faults.add("a data or delete file is not in the warehouse (--warehouse, --allow): " + location);
        }
    }

    private void requireFile(String what, String location, List<String> faults) {
        try {
            if (!files.exists(location)) {
                faults.add(what + " is missing: " + location);
            }
        } catch (BadRequestException e) {
            faults.add(what + " is not in the warehouse (--warehouse, --allow): " + location);
        }
    }
}
