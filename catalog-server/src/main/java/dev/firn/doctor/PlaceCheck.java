package dev.firn.doctor;

import dev.firn.store.Examination;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Where the state and the tables are: room, permissions, and the clock. */
final class PlaceCheck {
    private static final long LEAST_FREE = 1L << 30;
    private static final double LEAST_SHARE = 0.05;
    private static final Duration LEAST_BACKWARDS = Duration.ofSeconds(5);

    private PlaceCheck() {}

    static void room(List<Path> folders, Findings findings) {
        for (Path folder : folders) {
            try {
                FileStore disk = Files.getFileStore(folder);
                long free = disk.getUsableSpace();
                String text = Sizes.text(free) + " of " + Sizes.text(disk.getTotalSpace()) + " are free at " + folder;
                if (free < LEAST_FREE && free < LEAST_SHARE * disk.getTotalSpace()) {
                    findings.problem(
                            "disk",
                            "disk",
                            text,
                            "make room: without it nothing can be changed; what was acknowledged is safe");
                } else {
                    findings.ok("disk", text);
                }
            } catch (IOException e) {
                findings.problem(
                        "disk", folder.toString(), "cannot be looked at: " + Causes.of(e), "look at its permissions");
            }
        }
    }

    static void permissions(List<Path> writable, Path key, Findings findings) {
        for (Path path : writable) {
            if (Files.exists(path) && !(Files.isReadable(path) && Files.isWritable(path))) {
                findings.problem(
                        "permissions",
                        path.toString(),
                        "cannot be read and written by " + System.getProperty("user.name", "this user"),
                        "if the server runs as this user: give it to it (chown, chmod)");
            }
            FileSystems.failure(path)
                    .ifPresent(
                            word -> findings.problem(
                                    "permissions",
                                    path.toString(),
                                    "its file system has failed and takes no more changes (" + word + ")",
                                    "look into the log of the system (dmesg), stop the server, check the file system (fsck) and mount it again"));
        }
        try {
            if (Files.exists(key)) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
                if (permissions.contains(PosixFilePermission.OTHERS_READ)
                        || permissions.contains(PosixFilePermission.GROUP_READ)) {
                    findings.problem(
                            "permissions",
                            key.toString(),
                            "others can read the key that signs tokens",
                            "chmod 600 " + key
                                    + "; and if somebody has read it: delete it, and start the server again");
                }
            }
        } catch (IOException | UnsupportedOperationException e) {
            findings.note("permissions", key + " cannot be looked at: " + Causes.of(e));
        }
        if (findings.count("permissions") == 0) {
            findings.ok("permissions", "state and warehouse can be read and written by this user");
        }
    }

    static void clock(Examination state, Instant now, Findings findings) {
        Instant newest = state.newestChangeAt().orElse(Instant.EPOCH);
        if (newest.isAfter(now.plus(LEAST_BACKWARDS))) {
            findings.problem(
                    "clock",
                    "clock",
                    "the newest change was made at " + newest + ", and now it is " + now,
                    "set the clock right; until it has come so far all changes get the time of the newest");
        } else {
            findings.ok("clock", "no change is of the future");
        }
    }
}
