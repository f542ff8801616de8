package dev.firn.conformance.bench;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the servers that are compared, on fresh data.
 *
 * @param checkout where the launcher stands
 * @param launcherJava the home of the Java that the launcher is to take; empty if it is to find one
 */
record Servers(Path checkout, Path fixtureClassPath, Path work, String launcherJava) {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    ServerProcess firn(int port) throws IOException {
        return firn(port, fresh("firn"));
    }

    /** The same over the data that an earlier server left in a folder. */
    ServerProcess firn(int port, Path data) throws IOException {
        return serve(List.of(JAVA, "-jar", FirnServer.jar().toString()), Map.of(), port, data);
    }

    /** By the script at the top of the checkout, with the jar of that. */
    ServerProcess launcher(int port) throws IOException {
        Map<String, String> environment = launcherJava.isEmpty() ? Map.of() : Map.of("JAVA_HOME", launcherJava);
        return serve(List.of(checkout.resolve("firn").toString()), environment, port, fresh("launched"));
    }

    private static ServerProcess serve(List<String> program, Map<String, String> environment, int port, Path data)
            throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("serve", "--host", "127.0.0.1", "--port", String.valueOf(port)));
        command.addAll(List.of("--data", data.resolve("data").toString()));
        return ServerProcess.start(command, environment, data);
    }

    ServerProcess fixture(int port) throws IOException {
        Path data = fresh("fixture");
        return ServerProcess.start(
                List.of(
                        JAVA,
                        "-cp",
                        Files.readString(fixtureClassPath).strip(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "org.apache.iceberg.rest.RESTCatalogServer"),
                Map.of(
                        "CATALOG_WAREHOUSE", "file:" + Files.createDirectories(data.resolve("warehouse")),
                        "CATALOG_URI", "jdbc:sqlite:" + data.resolve("catalog.db"),
                        "CATALOG_REST_PORT", String.valueOf(port)),
                data);
    }

    ServerProcess bare(int port, Path answers) throws IOException {
        return ServerProcess.start(
                List.of(
                        JAVA,
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareServer.class.getName(),
                        String.valueOf(port),
                        answers.toString()),
                Map.of(),
                fresh("bare"));
    }

    private Path fresh(String name) throws IOException {
        return Files.createTempDirectory(work, name);
    }
}
