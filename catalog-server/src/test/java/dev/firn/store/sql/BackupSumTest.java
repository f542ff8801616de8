package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupSumTest {
    private static final int PAGES = 4096;

    @TempDir
    Path folder;

    @Test
    void goesAsItCame() throws IOException {
        Path file = Files.write(folder.resolve("copy"), new byte[PAGES]);
        BackupSum.append(file);
        BackupSum.requireAndRemove(file);
        assertThat(file).hasBinaryContent(new byte[PAGES]);
    }

    /** Rows hold any text, and stand at the end of a page. */
    @Test
    void theEndOfAPageIsNotTakenForASum() throws IOException {
        Path copy = Files.write(folder.resolve("copy"), new byte[PAGES]);
        BackupSum.append(copy);
        byte[] longer = Files.readAllBytes(copy);
        byte[] pages = Arrays.copyOfRange(longer, longer.length - PAGES, longer.length);
        Path state = Files.write(folder.resolve("state"), pages);
        BackupSum.remove(state);
        BackupSum.requireAndRemove(state);
        assertThat(state).hasBinaryContent(pages);
    }
}
