package dev.firn.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final byte[] BASE = bytes("head of the first, middle of both, end of both");
    private static final byte[] CONTENT = bytes("another head, middle of both! And end of both, and more");

    private static final KeptContent KEPT = new KeptContent(
            "file:/base",
            Difference.of(CONTENT, List.of(new Difference.Part(17, 12, 16), new Difference.Part(34, 33, 12))));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void givesBackAllBytes() {
        assertArrayEquals(CONTENT, KEPT.all(location -> BASE));
        assertArrayEquals(CONTENT, KeptContent.whole(CONTENT).all(location -> BASE));
    }

    @Test
    void knowsTheFileThatItIsOf() {
        for (KeptContent kept : List.of(KEPT, KeptContent.whole(CONTENT))) {
            assertTrue(kept.isThatOf(CONTENT));
            assertFalse(kept.isThatOf(BASE));
            assertFalse(kept.isThatOf(bytes("another head, middle of both! And end of both, and mor")));
            assertFalse(kept.isThatOf(new byte[CONTENT.length]));
        }
    }

    @Test
    void refusesAnotherBase() {
        byte[] changed = BASE.clone();
        changed[20]++;
        assertThrows(IllegalStateException.class, () -> KEPT.all(location -> changed));
        assertThrows(IllegalStateException.class, () -> KEPT.all(location -> bytes("short")));
    }
}
