package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileSystemsTest {
    private final WholeFileSystems fileSystems = new WholeFileSystems();

    @TempDir
    Path folder;

    /** Whether a file system can be synced as a whole differs from machine to machine; a file is then left to others or not at all. */
    @Test
    void leavesTheFilesOfTheFirstCallAndOfFileSystemsThatItDoesNotTrust() throws Exception {
        List<Path> files = List.of(file("a"), file("b/c"));
        assertThat(fileSystems.areUsed()).isTrue();
        assertThat(fileSystems.sync(files)).containsExactlyInAnyOrderElementsOf(files);
        List<Path> second = fileSystems.sync(files);
        if (fileSystems.areUsed()) {
            assertThat(second).isEmpty();
        } else {
            assertThat(second).containsExactlyInAnyOrderElementsOf(files);
        }
    }

    @Test
    void passesOverWhatIsNotThere() throws Exception {
        assertThat(fileSystems.sync(List.of(folder.resolve("gone/file")))).isEmpty();
    }

    @Test
    void leavesFilesOfOtherSystems() throws Exception {
        // The files of the kernel are on no disk, so nothing here can be made durable as a whole.
        Path process = Path.of("/proc/self/status");
        if (Files.exists(process)) {
            assertThat(fileSystems.sync(List.of(process))).containsExactly(process);
            assertThat(fileSystems.areUsed()).isFalse();
        }
    }

    /** Where they are synced as a whole, and only there: elsewhere nothing is known of how they are kept. */
    @Test
    void letsGoOfTheMemoryThatHoldsDurableFiles() throws Exception {
        List<Path> files = List.of(file("a"), file("b/c"), folder.resolve("gone"));
        fileSystems.forget(files);
        assertThat(isInMemory(files.get(0))).as("before it is durable").isTrue();
        fileSystems.sync(files);
        fileSystems.sync(files);

        fileSystems.forget(files);

        assertThat(isInMemory(files.get(0))).isEqualTo(!fileSystems.areUsed());
        assertThat(isInMemory(files.get(1))).isEqualTo(!fileSystems.areUsed());
        assertThat(files.get(1)).hasContent("b/c");
    }

    /** Asks without reading, which would bring it there. */
    private static boolean isInMemory(Path file) throws Exception {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).isLoaded();
        }
    }

    private Path file(String name) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }
}
