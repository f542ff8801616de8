package dev.firn.conformance.port.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The library that watches a server's files; compiled once for a run from {@code conformance-tests/powercut}. */
final class Library {
    private static final class Compiled {
        static final Path FILE = compile();
    }

    private Library() {}

    /** The file for {@code LD_PRELOAD}. */
    static Path file() {
        return Compiled.FILE;
    }

    private static Path compile() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IllegalStateException("Simulated power cuts need Linux: they watch the server's system calls");
        }
        Path sources = Path.of("..", "powercut").toAbsolutePath().normalize();
        try {
            Path library = Files.createTempFile(
                    Files.createDirectories(Path.of("target").toAbsolutePath()), "powercut", ".so");
            List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC"));
            Collections.addAll(command, "-o", library.toString());
            try (Stream<Path> files = Files.list(sources)) {
                files.map(Path::toString)
                        .filter(name -> name.endsWith(".c"))
                        .sorted()
                        .forEach(command::add);
            }
            Collections.addAll(command, "-ldl", "-lpthread");
            Process compiler =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(compiler.getInputStream().readAllBytes());
            if (compiler.waitFor() != 0) {
                throw new IllegalStateException("gcc could not compile " + sources + "\n" + output);
            }
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException("Simulated power cuts need gcc (package gcc and libc6-dev)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
