package dev.firn.conformance.kit;

import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts Firn from its jar before the kit and tells the kit its address, unless {@code rck.uri}
 * names a server. The server ends with this process: a run may open more than one session.
 */
public final class ServerUnderKit implements LauncherSessionListener {
    static final String WAREHOUSE_FOLDER = "firn.warehouse.folder";
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
            FirnServer server =
                    FirnServer.start(Files.createTempDirectory(build, "firn").resolve("data"));
            Path warehouse = Files.createDirectories(server.data().resolve("warehouse"));
            System.setProperty(WAREHOUSE_FOLDER, warehouse.toString());
            return server.uri().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
