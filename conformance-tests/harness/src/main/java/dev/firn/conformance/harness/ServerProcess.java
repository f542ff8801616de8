package dev.firn.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A child process whose two output streams are kept in files. It never outlives the process that
 * started it, unless that one is killed.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final Path out;
    private final Path err;
    private final Thread atExit;

    private ServerProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a command.
     *
     * @param environment variables added to those of this process
     * @param logs folder for the captured output; appended to, so that restarts keep what came before
     */
    public static ServerProcess start(List<String> command, Map<String, String> environment, Path logs) {
        try {
            Files.createDirectories(logs);
            Path out = logs.resolve("stdout.log");
            Path err = logs.resolve("stderr.log");
            ProcessBuilder builder = new ProcessBuilder(command).directory(logs.toFile());
            // A variable set on the developer's machine must not decide a test.
            builder.environment().keySet().removeIf(ServerProcess::configuresServer);
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().putAll(environment);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
            builder.redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
            return new ServerProcess(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + command, e);
        }
    }

    private static boolean configuresServer(String variable) {
        return variable.startsWith("FIRN_") || variable.startsWith("CATALOG_");
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}: the process gets no chance to finish anything. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(PATIENCE);
    }

    /** {@code kill -TERM}, then waits for the end. Returns the exit code. */
    public int terminate() {
        return terminate(PATIENCE);
    }

    /** The same, for one that may have more to do. */
    public int terminate(Duration patience) {
        process.destroy();
        return awaitExit(patience);
    }

    /** Waits for the end of the process and returns its exit code. */
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("Did not end within " + patience + "\n" + log());
            }
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IllegalStateException e) {
            if (process.isAlive()) {
                throw e;
            }
            // The virtual machine is already ending, and its hooks can no longer be removed.
        }
        return process.exitValue();
    }

    /** What the process wrote to its standard output. */
    public String stdout() {
        return read(out);
    }

    /** What the process wrote to its standard error. */
    public String stderr() {
        return read(err);
    }

    /** Both streams, for a failure message. */
    public String log() {
        return "--- stdout\n" + stdout() + "\n--- stderr\n" + stderr();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            try {
                process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            kill();
        }
    }
}
