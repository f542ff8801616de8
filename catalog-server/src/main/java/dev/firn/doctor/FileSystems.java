package dev.firn.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What Linux says of the file systems that are mounted. */
final class FileSystems {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /** With these a file system takes no changes, though it is mounted to be written and the permissions allow it. */
    private static final List<String> FAILED = List.of("emergency_ro", "shutdown");

    private static final int DEVICE = 2;

    private FileSystems() {}

    /** What a file system calls it that it has failed and takes no more changes; empty for all others, and where that cannot be told. */
    static Optional<String> failure(Path path) {
        try {
            if (!Files.exists(MOUNTS) || !(Files.getAttribute(path, "unix:dev") instanceof Long device)) {
                return Optional.empty();
            }
            String number = major(device) + ":" + minor(device);
            return Files.readAllLines(MOUNTS).stream()
                    .map(line -> line.split(" "))
                    .filter(fields -> fields.length > DEVICE && fields[DEVICE].equals(number))
                    .flatMap(fields -> Arrays.stream(fields[fields.length - 1].split(",")))
                    .filter(FAILED::contains)
                    .findFirst();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As the C library of Linux puts both numbers into one. */
    private static long major(long device) {
        return device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
    }

    private static long minor(long device) {
        return device & 0xff | device >>> 12 & 0xffffff00L;
    }
}
