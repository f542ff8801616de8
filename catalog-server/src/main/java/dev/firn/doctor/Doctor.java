package dev.firn.doctor;

import dev.firn.names.Dotted;
import dev.firn.retention.MetadataReader;
import dev.firn.store.Examination;
import dev.firn.store.Purge;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.io.FileIO;

/** Looks at everything and tells what it has found. What cannot be looked at does not keep it from the rest. */
public final class Doctor {
    /**
     * The patient.
     *
     * @param database the file of the state
     * @param journal the file in which new metadata files are noted
     * @param key the file of the key that signs tokens
     * @param data the folder for what is put aside
     * @param folders where tables may be: the warehouse, and then what the operator allows beside it
     */
    public record Places(Path database, Path journal, Path key, Path data, List<Path> folders) {}

    /**
     * What to do.
     *
     * @param deep whether to read all manifests and to look for all data files
     * @param mend whether to mend what can be mended safely
     */
    public record Orders(boolean deep, boolean mend) {}

    /**
     * What was found and done.
     *
     * @param findings in the order in which they were found
     * @param mended what was mended
     */
    public record Report(List<Finding> findings, List<String> mended) {
        /** Whether there is no problem. */
        public boolean healthy() {
            return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.PROBLEM);
        }
    }

    private final Places places;
    private final FileStore files;
    private final FileIO io;
    private final LocalCleanup paths;
    private final Clock clock;

    /** For a data folder. */
    public Doctor(Places places, FileStore files, FileIO io, LocalCleanup paths, Clock clock) {
        this.places = places;
        this.files = files;
        this.io = io;
        this.paths = paths;
        this.clock = clock;
    }

    /** Looks at everything. {@code progress} is told what takes long. */
    public Report examine(Examination state, Orders orders, Consumer<String> progress) {
        Findings findings = new Findings(progress);
        Instant now = clock.instant();
        Mending mending = new Mending(
                orders.mend(),
                places.data().resolve("put-aside").resolve(now.toString().replace(':', '-')));
        List<Path> all = new ArrayList<>(places.folders());
        all.add(0, places.database().toAbsolutePath().getParent());
        step("disk", findings, () -> PlaceCheck.room(all, findings));
        all.add(places.database());
        step("permissions", findings, () -> PlaceCheck.permissions(all, places.key(), findings));
        StateCheck.run(state, findings);
        // Also of a state that has no shape yet: it may have lost all that it was.
        step("journal", findings, () -> JournalCheck.run(state, places.journal(), findings));
        Optional<String> otherShape = otherShape(state);
        if (otherShape.isPresent()) {
            findings.problem("database", "database", otherShape.get(), "the rest can be looked at once that is mended");
            return new Report(findings.all(), mending.done());
        }
        step("clock", findings, () -> PlaceCheck.clock(state, now, findings));
        step("kept files", findings, () -> KeptFilesCheck.run(state, files, findings, mending));
        FilesCheck filesCheck = new FilesCheck(state, files, paths, findings, mending, now);
        step(
                "tables",
                findings,
                () -> new TableCheck(state, files, io, findings, orders.deep(), filesCheck::isNamed).run());
        step("files", findings, () -> filesCheck.run(places.folders().get(0)));
        step("purges", findings, () -> purges(state, findings));
        step("cost", findings, () -> cost(state, filesCheck, findings));
        return new Report(findings.all(), mending.done());
    }

    private static Optional<String> otherShape(Examination state) {
        try {
            return state.otherShape();
        } catch (RuntimeException e) {
            return Optional.of("too damaged to be read: " + Causes.of(e));
        }
    }

    private static void step(String about, Findings findings, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException e) {
            findings.problem(about, about, "cannot be looked at: " + Causes.of(e), "see the other findings");
        }
    }

    private void purges(Examination state, Findings findings) {
        List<Path> waiting = new ArrayList<>();
        Instant first = Instant.MAX;
        for (Purge purge : state.waitingPurges()) {
            first = first.isBefore(purge.droppedAt()) ? first : purge.droppedAt();
            try {
                String location = new MetadataReader(files)
                        .read(purge.last().metadataLocation())
                        .location();
                paths.folder(location).ifPresent(waiting::add);
            } catch (RuntimeException e) {
                findings.note(
                        "purges",
                        "purge of " + Dotted.of(purge.last().identifier()),
                        "its size is not known: " + Causes.of(e));
            }
        }
        if (!waiting.isEmpty()) {
            findings.note(
                    "purges",
                    waiting.size() + " purged tables can still come back, with "
                            + Sizes.text(FilesCheck.bytesIn(waiting))
                            + ": they wait for their time, or for a table that cannot be read (--deep finds it); the first was dropped at "
                            + first);
        }
        for (Examination.UnfinishedPurge purge : state.unfinishedPurges()) {
            String about = "purge of " + Dotted.of(purge.purge().last().identifier());
            if (purge.note().isEmpty()) {
                findings.note("deletions", about, "files are being deleted");
            } else {
                findings.problem("purges", about, purge.note(), "mend what it waits for; it goes on by itself");
            }
        }
    }

    private void cost(Examination state, FilesCheck filesCheck, Findings findings) {
        Path database = places.database();
        Path log = database.resolveSibling(database.getFileName() + "-wal");
        findings.note("state", Sizes.text(size(database)) + ", and " + Sizes.text(size(log)) + " of write-ahead log");
        state.oldestMoment()
                .ifPresent(oldest -> findings.note(
                        "history",
                        "the oldest moment that is kept is " + oldest.at() + " (change " + oldest.change() + ")"));
        findings.note(
                "history",
                "only the past needs " + Sizes.text(state.historyBytes()) + " of the state and "
                        + Sizes.text(filesCheck.pastBytes()) + " in " + filesCheck.pastFiles() + " metadata files"
                        + (filesCheck.formerFiles() == 0
                                ? ""
                                : ", " + filesCheck.formerFiles()
                                        + " of which no moment needs that is kept: they go when no metadata names them any more, or stay as they are not the server's"));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
