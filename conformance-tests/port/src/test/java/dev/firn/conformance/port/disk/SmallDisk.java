package dev.firn.conformance.port.disk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of a few megabytes. Only root can mount one; for others the test does not run. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /**
     * Mounts one in a new folder.
     *
     * @param ballast how much of it something else takes, in bytes
     */
    public static SmallDisk mount(Path parent, int bytes, int ballast) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "small");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString()) == 0,
                "a small file system can be mounted here");
        SmallDisk disk = new SmallDisk(folder);
        Files.write(disk.ballast, new byte[ballast]);
        return disk;
    }

    /**
     * Mounts one of the kind ext4 in a new folder, which takes no more changes once it has {@linkplain #fail failed}.
     */
    public static SmallDisk mountThatCanFail(Path parent, int bytes) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "small");
        Path image = Files.createTempFile(parent, "image", "");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        assumeTrue(
                run("mkfs.ext4", "-q", image.toString()) == 0
                        && run("mount", "-o", "loop,errors=remount-ro", image.toString(), folder.toString()) == 0,
                "a file system in a file can be mounted here");
        SmallDisk disk = new SmallDisk(folder);
        Files.createFile(disk.ballast);
        return disk;
    }

    /** The operating system does with it what it does after an error of the disk. */
    public void fail() throws IOException, InterruptedException {
        if (run("mount", "-o", "remount,abort", folder.toString()) != 0) {
            throw new IOException("Cannot let fail " + folder);
        }
    }

    /** Its top. */
    public Path folder() {
        return folder;
    }

    /** What is free, in bytes. */
    public long free() throws IOException {
        FileStore store = Files.getFileStore(folder);
        return store.getUsableSpace();
    }

    /** Makes room: what something else took is free. */
    public void makeRoom() throws IOException {
        Files.delete(ballast);
    }

    /** From now on nothing on it can be changed. */
    public void makeReadOnly() throws IOException, InterruptedException {
        if (run("mount", "-o", "remount,ro", folder.toString()) != 0) {
            throw new IOException("Cannot make read-only " + folder);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (run("umount", "--lazy", folder.toString()) != 0) {
            throw new IOException("Cannot unmount " + folder);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
