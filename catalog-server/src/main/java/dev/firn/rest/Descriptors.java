package dev.firn.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files and connections this process may have open. */
final class Descriptors {
    private static final Pattern SOFT_LIMIT = Pattern.compile("Max open files\\s+(\\d+)");

    private Descriptors() {}

    /** The limit; nothing where there is none, or where the system does not tell, as only Linux does without a library of its own. */
    static OptionalInt most() {
        try {
            return in(Files.readString(Path.of("/proc/self/limits")));
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    static OptionalInt in(String limits) {
        Matcher limit = SOFT_LIMIT.matcher(limits);
        return limit.find()
                ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, Long.parseLong(limit.group(1))))
                : OptionalInt.empty();
    }
}
