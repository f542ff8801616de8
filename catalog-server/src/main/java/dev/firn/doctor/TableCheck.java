package dev.firn.doctor;

import dev.firn.names.Dotted;
import dev.firn.retention.Footprint;
import dev.firn.retention.MetadataReader;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Examination;
import dev.firn.store.Holder;
import dev.firn.warehouse.FileStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
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
    private static final String PURGED = "purged tables";
    private static final String DROPPED = "dropped ";

    /** What is wrong with a table or view, and what mends it. */
    private record Fault(String text, String remedy) {}

    private final Examination state;
    private final FileStore files;
    private final FileIO io;
    private final MetadataReader reader;
    private final Findings findings;
    private final boolean deep;
    private final Consumer<String> logged;
    private int tables;
    /** Of the tables those that are to be purged, and that lack files. */
    private int givenUp;

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
                check("", version.entry(), Remedies.ofPresent(version.entry()), () -> state.isPresent(version.entry()));
            }
        });
        int present = tables;
        state.eachDropped(this::checkDropped);
        if (findings.count(BROKEN) == 0) {
            findings.ok(
                    BROKEN,
                    "%d tables, %d dropped ones that can come back, %d views: all files that were looked for are there%s"
                            .formatted(
                                    present,
                                    tables - present - givenUp,
                                    views,
                                    deep ? ", " + contentFiles + " data and delete files among them" : ""));
        }
    }

    private void checkDropped(Holder drop) {
        Entry entry = drop.entry();
        BooleanSupplier isStill = () -> state.canComeBack(drop.endedBy());
        if (state.isToBePurged(drop.endedBy())) {
            List<Fault> faults = faults(entry, Remedies.ofDropped(entry, drop.endedBy()));
            if (!faults.isEmpty() && isStill.getAsBoolean()) {
                givenUp++;
                faults.forEach(fault -> findings.note(
                        PURGED,
                        about(DROPPED, entry),
                        fault.text() + "; it is to be purged, so only firn undrop would need it"));
            }
        } else {
            check(DROPPED, entry, Remedies.ofDropped(entry, drop.endedBy()), isStill);
        }
    }

    private static String about(String which, Entry entry) {
        return which + entry.kind().id() + " " + Dotted.of(entry.identifier());
    }

    /** {@code isStill} tells whether it is what it was when it was read: a server may have gone on meanwhile. */
    private void check(String which, Entry entry, Remedies remedies, BooleanSupplier isStill) {
        List<Fault> faults = faults(entry, remedies);
        if (!faults.isEmpty() && isStill.getAsBoolean()) {
            faults.forEach(fault -> findings.problem(BROKEN, about(which, entry), fault.text(), fault.remedy()));
        }
    }

    private List<Fault> faults(Entry entry, Remedies remedies) {
        if ((tables + views) % 100 == 0) {
            findings.progress(tables + " tables, " + views + " views");
        }
        List<Fault> faults = new ArrayList<>();
        try {
            if (entry.kind() == EntryKind.TABLE) {
                tables++;
                checkTable(entry, remedies, faults);
            } else {
                views++;
                checkView(entry, remedies, faults);
            }
        } catch (NotFoundException e) {
            faults.add(new Fault("its metadata file is missing: " + entry.metadataLocation(), remedies.forMetadata()));
        } catch (BadRequestException e) {
            faults.add(outside("its metadata file", entry.metadataLocation()));
        } catch (RuntimeException e) {
            faults.add(new Fault(
                    "its metadata file " + entry.metadataLocation() + " cannot be read: " + Causes.of(e),
                    remedies.forMetadata()));
        }
        return faults;
    }

    private static Fault outside(String what, String location) {
        return new Fault(what + " is not in the warehouse (--warehouse, --allow): " + location, Remedies.ALLOW);
    }

    private void checkView(Entry entry, Remedies remedies, List<Fault> faults) {
        ViewMetadata view =
                ViewMetadataParser.fromJson(new String(files.read(entry.metadataLocation()), StandardCharsets.UTF_8));
        compare(entry, view.uuid(), view.location(), remedies, faults);
    }

    private void checkTable(Entry entry, Remedies remedies, List<Fault> faults) {
        TableMetadata metadata = reader.read(entry.metadataLocation());
        compare(entry, metadata.uuid(), metadata.location(), remedies, faults);
        metadata.previousFiles().forEach(file -> logged.accept(file.file()));
        for (Snapshot snapshot : metadata.snapshots()) {
            String list = snapshot.manifestListLocation();
            if (list != null) {
                long id = snapshot.snapshotId();
                String remedy = snapshot.equals(metadata.currentSnapshot())
                        ? remedies.forCurrentSnapshot(id)
                        : remedies.forOtherSnapshot(id);
                requireFile("the manifest list of its snapshot " + id, list, remedy, faults);
            }
        }
        if (deep) {
            checkDeep(metadata, remedies, faults);
        }
    }

    private void compare(Entry entry, String uuid, String location, Remedies remedies, List<Fault> faults) {
        if (!entry.uuid().equals(uuid)) {
            faults.add(new Fault(
                    "its metadata file is of another object: " + uuid + " instead of " + entry.uuid(),
                    remedies.forMetadata()));
        }
        try {
            files.exists(location);
        } catch (BadRequestException e) {
            faults.add(outside("its location", location));
        }
    }

    private void checkDeep(TableMetadata metadata, Remedies remedies, List<Fault> faults) {
        Footprint footprint = new Footprint(io);
        try {
            footprint.add(metadata);
            footprint.manifests().forEach(file -> requireFile("a manifest", file, remedies.forContent(), faults));
            footprint
                    .statistics()
                    .forEach(file -> requireFile("a file of statistics", file, remedies.forStatistics(), faults));
            TreeMap<String, Long> content = new TreeMap<>();
            footprint.forEachSizedContentFile((file, bytes) -> content.merge(file, bytes, Math::max));
            content.forEach((file, bytes) -> requireWhole(file, bytes, remedies.forContent(), faults));
            contentFiles += content.size();
        } catch (RuntimeException e) {
            faults.add(new Fault("its manifests cannot be read: " + Causes.of(e), remedies.forContent()));
        }
    }

    private void requireWhole(String location, long bytes, String remedy, List<Fault> faults) {
        try {
            long length = io.newInputFile(location).getLength();
            if (length < bytes) {
                faults.add(new Fault(
                        "a data or delete file was cut off, it has %d of %d bytes: %s"
                                .formatted(length, bytes, location),
                        remedy));
            }
        } catch (NotFoundException e) {
            faults.add(new Fault("a data or delete file is missing: " + location, remedy));
        } catch (BadRequestException e) {
            faults.add(outside("a data or delete file", location));
        }
    }

    private void requireFile(String what, String location, String remedy, List<Fault> faults) {
        try {
            if (!files.exists(location)) {
                faults.add(new Fault(what + " is missing: " + location, remedy));
            }
        } catch (BadRequestException e) {
            faults.add(outside(what, location));
        }
    }
}
