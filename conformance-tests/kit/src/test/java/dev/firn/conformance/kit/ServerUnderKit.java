package dev.firn.conformance.kit;

import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts Firn from its jar before the kit and tells the kit its address, unless {@code rck.uri}
 * names a server. The server ends with this process: a run may open more than one session.
 */
public final class ServerUnderKit implements LauncherSessionListener {
    private static final String GIVEN = "rck.uri";
    // The kit takes every system property for a catalog property, and the address is called so there.
    private static final String ADDRESS = "uri";

    /** The service loader needs it. */
    public ServerUnderKit() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty(ADDRESS) == null) {
            String given = System.getProperty(GIVEN, "");
            System.setProperty(ADDRESS, given.isBlank() ? start() : given);
        }
    }

    private static String start() {
        try {
            // Beneath the module's build folder, where the log stays readable after a failure.
            Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
            Path data = Files.createTempDirectory(build, "firn").resolve("data");
            // The kit asks for tables below it, which the server refuses unless the operator allows the folder.
            Map<String, String> environment = Map.of("FIRN_ALLOW", "/tmp");
            return FirnServer.start(data, environment).uri().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
