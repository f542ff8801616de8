package dev.firn.conformance.roundtrip;

import java.util.List;
import java.util.Random;

/** The choices within one update; the same seed makes the same ones. */
final class Dice {
    private static final List<String> WORDS = List.of(
            "ice", "névé", "Firn", "glacier.tongue", "crevasse wide", "❄", "a/b", "100%", "\"quoted\"", "select");

    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    /** True in one of {@code n} throws. */
    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** A number from {@code least} to {@code most}, both possible. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    long number() {
        return random.nextLong() >>> 1;
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A name with a number: seldom the same twice. */
    String name() {
        return of(WORDS) + between(0, 999);
    }

    /** A name of few: often the same again. */
    String repeatedName() {
        return of(WORDS);
    }
}
