package dev.firn.conformance.port.retention;

import dev.firn.conformance.harness.FirnCommand;
import java.nio.file.Path;
import java.util.stream.Stream;

/** {@code firn doctor} on the data folder of a test. */
final class Doctored {
    private Doctored() {}

    /** Named as most people do: from where they stand, which is a folder beside it. */
    static FirnCommand doctor(Path folder, String... options) {
        return FirnCommand.run(
                folder,
                Stream.concat(Stream.of("doctor", "--data", "../data"), Stream.of(options))
                        .toArray(String[]::new));
    }
}
