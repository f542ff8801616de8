package dev.firn.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A command of the jar that has run to its end.
 *
 * @param exitCode 0 if it did what it was asked
 * @param out what it wrote to its standard output
 * @param err what it wrote to its standard error
 */
public record FirnCommand(int exitCode, String out, String err) {
    /** How lines begin that commands write to standard error when they take long. */
    private static final String PROGRESS = "looking at ";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Runs a command. {@code folder} gets its captured output, in a folder of its own. */
    public static FirnCommand run(Path folder, String... arguments) {
        return run(folder, Map.of(), arguments);
    }

    /** The same, with variables. */
    public static FirnCommand run(Path folder, Map<String, String> environment, String... arguments) {
        try (ServerProcess process =
                FirnServer.run(environment, Files.createTempDirectory(folder, "command"), arguments)) {
            int exitCode = process.awaitExit(PATIENCE);
            return new FirnCommand(exitCode, process.stdout(), process.stderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This command, if it did what it was asked, whether it had to show how far it was or not; otherwise a failure that says what it said. */
    public FirnCommand expectDone() {
        if (exitCode != 0 || !err.lines().allMatch(line -> line.startsWith(PROGRESS))) {
            throw new AssertionError("Expected success, got " + this);
        }
        return this;
    }

    /** Its one line on standard error, if it failed as commands fail: exit code 1, nothing on standard output. */
    public String expectFailure() {
        if (exitCode != 1 || !out.isEmpty() || err.lines().count() != 1 || !err.startsWith("firn: ")) {
            throw new AssertionError("Expected one line and exit code 1, got " + this);
        }
        return err.strip();
    }
}
