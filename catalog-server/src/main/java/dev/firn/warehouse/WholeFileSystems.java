package dev.firn.warehouse;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes many files durable at once: on Linux a whole file system can be synced, which takes about as long as two of its files. Where that cannot be done, or
 * cannot be trusted, nothing is. What has become durable need not stay in memory either.
 *
 * <p>A file system tells of a write that failed to each who had it open then, and only once. So one is kept open, and after a failure its files are synced one by one
 * for ever: each of them tells of its own failure.
 */
final class WholeFileSystems {
    private static final Logger LOG = LoggerFactory.getLogger(WholeFileSystems.class);

    /** The first version of Linux that tells of failed writes here. */
    private static final int[] FIRST_TO_TELL = {5, 8};

    /** Those that keep what they are told on disks of their own. */
    private static final Set<String> TRUSTED = Set.of("ext3", "ext4", "xfs", "btrfs");

    private static final int NOT_USED = -1;

    /** By the number of the device, an open descriptor or {@link #NOT_USED}. */
    private final Map<Long, Integer> descriptors = new HashMap<>();

    /**
     * Syncs all file systems that can be.
     *
     * @param files files that are there, or not any more
     * @return the files that are not durable by it
     * @throws IOException if a file system could not be synced
     */
    synchronized List<Path> sync(List<Path> files) throws IOException {
        List<Path> remaining = new ArrayList<>();
        for (Map.Entry<Long, List<Path>> device : byDevice(files).entrySet()) {
            Integer known = descriptors.get(device.getKey());
            int descriptor = known == null ? open(device.getValue().get(0)) : known;
            descriptors.put(device.getKey(), descriptor);
            if (descriptor != NOT_USED) {
                try {
                    SystemCalls.syncfs(descriptor);
                } catch (LastErrorException e) {
                    descriptors.put(device.getKey(), NOT_USED);
                    throw new IOException("Cannot sync the file system: " + e.getMessage(), e);
                }
            }
            if (known == null || known == NOT_USED) {
                // Before it was open somebody else may have been told of a failure.
                remaining.addAll(device.getValue());
            }
        }
        return remaining;
    }

    /** Lets go of the memory that holds durable files, where file systems are synced as a whole. */
    synchronized void forget(List<Path> files) {
        if (descriptors.isEmpty() || !areUsed()) {
            return;
        }
        for (Path file : files) {
            try {
                int descriptor = SystemCalls.open(file);
                try {
                    SystemCalls.forget(descriptor);
                } finally {
                    SystemCalls.close(descriptor);
                }
            } catch (LastErrorException e) {
                LOG.debug("Still in memory, or gone: {}", file, e);
            }
        }
    }

    /** Whether all file systems could be synced so far. */
    synchronized boolean areUsed() {
        return !descriptors.containsValue(NOT_USED);
    }

    private static Map<Long, List<Path>> byDevice(List<Path> files) throws IOException {
        Map<Path, List<Path>> byFolder = new LinkedHashMap<>();
        for (Path file : files) {
            byFolder.computeIfAbsent(file.getParent(), folder -> new ArrayList<>())
                    .add(file);
        }
        Map<Long, List<Path>> byDevice = new LinkedHashMap<>();
        for (Map.Entry<Path, List<Path>> folder : byFolder.entrySet()) {
            if (Files.exists(folder.getKey())) {
                long device = (Long) Files.getAttribute(folder.getKey(), "unix:dev");
                byDevice.computeIfAbsent(device, number -> new ArrayList<>()).addAll(folder.getValue());
            }
        }
        return byDevice;
    }

    private static int open(Path file) {
        try {
            Path folder = file.getParent();
            if (folder == null
                    || !tells()
                    || !TRUSTED.contains(Files.getFileStore(folder).type())) {
                return NOT_USED;
            }
            return SystemCalls.open(folder);
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.debug("Cannot sync the file system of {} as a whole, its files are synced one by one", file, e);
            return NOT_USED;
        }
    }

    private static boolean tells() {
        String[] version = System.getProperty("os.version").split("\\D+", 3);
        if (!System.getProperty("os.name").equals("Linux") || version.length < 2) {
            return false;
        }
        int[] numbers = {Integer.parseInt(version[0]), Integer.parseInt(version[1])};
        return Arrays.compare(numbers, FIRST_TO_TELL) >= 0;
    }
}
