package dev.firn.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What became of the standard output. */
final class Output {
    /** The bits of a file's mode that say what it is, and two of their values. */
    private static final int TYPE = 0xF000;

    private static final int PIPE = 0x1000;
    private static final int SOCKET = 0xC000;

    private Output() {}

    /** Whether some of it could not be written, as on a full disk. A reader that went away, as {@code head} does, had enough. */
    static boolean isLost() {
        return System.out.checkError() && !hasReader();
    }

    private static boolean hasReader() {
        try {
            int type = (int) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode") & TYPE;
            return type == PIPE || type == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
