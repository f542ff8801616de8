package dev.firn.doctor;

import dev.firn.names.Dotted;
import dev.firn.retention.MetadataReader;
import dev.firn.store.EntryKind;
import dev.firn.store.Examination;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import dev.firn.warehouse.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The files of the warehouse, against the state: metadata files that nothing points to, files that belong to no table, and past versions whose metadata file is
 * missing. Knows files by numbers made of their paths, for there may be millions; two paths with the same number make it overlook a file, never doubt one.
 */
final class FilesCheck {
    private static final String ORPHANS = "orphans";
    private static final String PAST = "history";
    private static final String METADATA = ".metadata.json";
    /** A file that is younger may be on its way to become a table's. */
    private static final Duration GRACE = Duration.ofDays(1);

    private final Examination state;
    private final FileStore files;
    private final LocalCleanup paths;
    private final Findings findings;
    private final Mending mending;
    private final Instant now;

    private final Set<Long> named = new HashSet<>();
    /** Named by a state from before a restore. */
    private final Set<Long> undone = new HashSet<>();

    private final Set<Long> versions = new HashSet<>();
    /** Folders of tables and views, as far as their metadata files tell, and the identity of the table that was made there. */
    private final Map<Path, String> homes = new HashMap<>();

    private final Set<String> shared = new HashSet<>();
    /** Versions that ended until then are visible at no moment that is kept. */
    private long start;

    private long pastBytes;
    private long pastFiles;
    private long formerFiles;
    private long youngOrphans;
    private long undoneFiles;
    private long sharedFiles;
    private long strangers;
    private long seen;

    FilesCheck(
            Examination state, FileStore files, LocalCleanup paths, Findings findings, Mending mending, Instant now) {
        this.state = state;
        this.files = files;
        this.paths = paths;
        this.findings = findings;
        this.mending = mending;
        this.now = now;
    }

    /** A table names this metadata file, though it need not have been a version here. */
    void isNamed(String metadataLocation) {
        named.add(number(metadataLocation));
    }

    /** All files of the warehouse, and those in the folders of tables that are elsewhere: what else is there is not the catalog's. */
    void run(Path warehouse) {
        findings.progress("the versions of all names");
        Set<Long> present = new HashSet<>();
        state.eachVersion(version -> {
            if (version.until() == 0) {
                present.add(number(version.entry().metadataLocation()));
            }
        });
        Set<String> gone = state.goneIdentities();
        start = state.historyStart();
        state.eachVersion(version -> lookAt(version, present, gone));
        // Above a folder that the operator has allowed nothing is the catalog's.
        homes.keySet().removeIf(home -> paths.folder(Locations.of(home)).isEmpty());
        state.eachFormerFile(this::lookAtFormer);
        state.eachNamedBeforeRestores(location -> undone.add(number(location)));
        if (findings.count(PAST) == 0) {
            findings.ok(PAST, "the metadata files of all past versions are there");
        }
        findings.progress("the files in " + warehouse);
        walk(warehouse);
        for (Path folder : homesOutside(paths.folder(Locations.of(warehouse)).orElse(warehouse))) {
            findings.progress("the files in " + folder);
            walk(folder);
        }
        if (youngOrphans > 0) {
            findings.note(
                    ORPHANS,
                    youngOrphans
                            + " metadata files that nothing points to are younger than a day: they may be on their way");
        }
        if (undoneFiles > 0) {
            findings.note(
                    ORPHANS,
                    undoneFiles
                            + " metadata files are named only by a state from before a restore (firn.db.before-restore-…), which could not be restored without them");
        }
        if (sharedFiles > 0) {
            findings.note(
                    ORPHANS,
                    sharedFiles
                            + " metadata files that nothing here points to lie in folders of tables that were registered or given away: another catalog may need them");
        }
        if (strangers > 0) {
            findings.note(
                    "warehouse",
                    strangers
                            + " files lie in no folder of a table that the state knows; nobody but you can tell what they are");
        }
        if (findings.count(ORPHANS) == 0) {
            findings.ok(ORPHANS, "no metadata file older than a day that nothing points to");
        }
    }

    private List<Path> homesOutside(Path warehouse) {
        List<Path> outside = new ArrayList<>();
        Set<Path> walked = new HashSet<>(Set.of(warehouse));
        // In this order a folder comes before those in it.
        for (Path home : new TreeSet<>(homes.keySet())) {
            if (!isBelow(home, walked) && Files.isDirectory(home)) {
                outside.add(home);
                walked.add(home);
            }
        }
        return outside;
    }

    private static boolean isBelow(Path path, Set<Path> folders) {
        for (Path folder = path; folder != null; folder = folder.getParent()) {
            if (folders.contains(folder)) {
                return true;
            }
        }
        return false;
    }

    /** How many bytes of metadata files only the past needs. */
    long pastBytes() {
        return pastBytes;
    }

    long pastFiles() {
        return pastFiles;
    }

    /** How many of them no moment that is kept needs: they are named by the logs of metadata files, or are not the server's to delete. */
    long formerFiles() {
        return formerFiles;
    }

    private void lookAt(Examination.Version version, Set<Long> present, Set<String> gone) {
        String location = version.entry().metadataLocation();
        Path file = paths.file(location).orElse(null);
        if (file == null) {
            return;
        }
        // Once: to follow the links in a path takes longer than all else here.
        long number = number(file);
        named.add(number);
        boolean first = versions.add(number);
        Path folder = file.getParent();
        Path home = folder == null ? null : folder.getParent();
        if (home != null) {
            homes.putIfAbsent(
                    home,
                    version.entry().kind() == EntryKind.TABLE ? version.entry().uuid() : "");
        }
        if (version.until() == 0 || !first || present.contains(number)) {
            return;
        }
        try {
            pastBytes += Files.size(file);
            pastFiles++;
        } catch (NoSuchFileException e) {
            if (!gone.contains(version.entry().uuid()) && version.until() > start) {
                findings.problem(
                        PAST,
                        version.entry().kind().id() + " "
                                + Dotted.of(version.entry().identifier()),
                        "the metadata file of its version from change "
                                + version.entry().fromChange() + " is missing: " + location,
                        "put the file back from a backup; the present is not touched by this");
            }
        } catch (IOException e) {
            findings.problem(PAST, location, "cannot be read: " + Causes.of(e), "look at the permissions of the file");
        }
    }

    /** One that is not there has just been deleted. */
    private void lookAtFormer(String location) {
        named.add(number(location));
        Path file = paths.file(location).orElse(null);
        if (file == null || !versions.add(number(location))) {
            return;
        }
        try {
            pastBytes += Files.size(file);
            pastFiles++;
            formerFiles++;
        } catch (NoSuchFileException e) {
            named.remove(number(location));
        } catch (IOException e) {
            findings.problem(PAST, location, "cannot be read: " + Causes.of(e), "look at the permissions of the file");
        }
    }

    private long number(String location) {
        Path file = paths.file(location).orElse(null);
        return file == null ? 0 : number(file);
    }

    private static long number(Path file) {
        long number = 1125899906842597L;
        String text = file.toString();
        for (int i = 0; i < text.length(); i++) {
            number = 31 * number + text.charAt(i);
        }
        return number;
    }

    private void walk(Path folder) {
        try {
            // Without the links in it, as the files that tables name are known here.
            Files.walkFileTree(folder.toRealPath(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    lookAt(file, attributes);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    if (!(failure instanceof NoSuchFileException)) {
                        findings.problem(
                                "permissions",
                                file.toString(),
                                "cannot be read: " + Causes.of(failure),
                                "look at its permissions");
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look through " + folder, e);
        }
    }

    private void lookAt(Path file, BasicFileAttributes attributes) {
        if (++seen % 10_000 == 0) {
            findings.progress(seen + " files");
        }
        String name = String.valueOf(file.getFileName());
        String owner = owner(file);
        boolean metadata = name.endsWith(METADATA) || isUnfinished(name);
        if (owner == null) {
            strangers += named.contains(number(file)) ? 0 : 1;
        } else if (metadata && !owner.isEmpty() && !named.contains(number(file))) {
            orphan(file, attributes, owner);
        }
    }

    /** The identity of the table in whose folder a file lies; empty if it is a view, null if there is none. */
    private @Nullable String owner(Path file) {
        for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
            String owner = homes.get(folder);
            if (owner != null) {
                return owner;
            }
        }
        return null;
    }

    private void orphan(Path file, BasicFileAttributes attributes, String owner) {
        if (undone.contains(number(file))) {
            undoneFiles++;
            return;
        }
        if (isYoung(attributes.lastModifiedTime().toInstant())) {
            youngOrphans++;
            return;
        }
        String location = Locations.of(file);
        if (state.names(location) || state.names(file.toString()) || state.names("file:" + file)) {
            return;
        }
        if (sharedIdentities().contains(owner)) {
            // The other catalog may write here as well, and go on doing so.
            sharedFiles++;
            return;
        }
        if (mending.isWanted() && isOurs(location, file, owner)) {
            mending.putAside(file);
            return;
        }
        findings.problem(
                ORPHANS,
                "file " + file,
                "nothing points to this metadata file",
                "firn doctor --mend puts it aside if it can only be left over from a commit that did not come to its end; else look at it: another catalog may use it");
    }

    /** Not if its time lies far ahead: so it was marked to last while the state pointed to it, and that is long ago. */
    private boolean isYoung(Instant changed) {
        return changed.isAfter(now.minus(GRACE)) && changed.isBefore(now.plus(GRACE));
    }

    /** Whether the server gave the name to a file that it had not come to the end of. Others have temporary files as well, which are none of its business. */
    private static boolean isUnfinished(String name) {
        return name.startsWith(".") && name.endsWith(METADATA + ".tmp");
    }

    /** Whether it was written for a table of this catalog: it says so, or is no more than a temporary name. */
    private boolean isOurs(String location, Path file, String owner) {
        if (isUnfinished(String.valueOf(file.getFileName()))) {
            return true;
        }
        try {
            TableMetadata metadata = new MetadataReader(files).read(location);
            return owner.equals(metadata.uuid());
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Set<String> sharedIdentities() {
        if (shared.isEmpty()) {
            shared.addAll(state.sharedIdentities());
            shared.add("");
        }
        return shared;
    }

    /** The bytes of all files in folders of tables that wait to be purged. */
    static long bytesIn(List<Path> folders) {
        long[] bytes = new long[1];
        for (Path folder : new ArrayList<>(folders)) {
            try {
                // Without the links in it, as the files that tables name are known here.
                Files.walkFileTree(folder.toRealPath(), new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        bytes[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot look through " + folder, e);
            }
        }
        return bytes[0];
    }
}
