package dev.firn.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes of a start, archived once for each jar, as {@code ./firn serve} does it: tests start hundreds of servers and commands, and a start then takes half of
 * the processor's time. Without an archive everything starts all the same.
 */
final class ClassArchive {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private ClassArchive() {}

    /**
     * What makes Java use the archive; nothing if there is none and none can be made.
     *
     * @param java the command
     * @param options that servers are started with: an archive is only good for these
     */
    static List<String> options(String java, List<String> options, Path jar) {
        try {
            Path folder = Files.createDirectories(Path.of("target").toAbsolutePath());
            long version = Files.getLastModifiedTime(jar).toMillis();
            String name = "classes-%x-%x.archive".formatted(version, (java + options + jar).hashCode());
            Path archive = folder.resolve(name);
            if (!Files.exists(archive)) {
                record(java, options, jar, archive);
            }
            return List.of("-XX:SharedArchiveFile=" + archive);
        } catch (IOException | IllegalStateException e) {
            System.err.println("Tests start slowly, without an archive of classes: " + e.getMessage());
            return List.of();
        }
    }

    /** Under another name first, as somebody else may want it at the same time. */
    private static void record(String java, List<String> options, Path jar, Path archive) throws IOException {
        Path work = Files.createTempDirectory(archive.getParent(), "rehearsal");
        Path made = work.resolve("archive");
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(options);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + made, "-jar", jar.toString(), "rehearse"));
        try (ServerProcess rehearsal = ServerProcess.start(command, Map.of(), work.resolve("logs"))) {
            if (rehearsal.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException("the rehearsal failed\n" + rehearsal.log());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}
