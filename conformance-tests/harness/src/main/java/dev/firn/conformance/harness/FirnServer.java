package dev.firn.conformance.harness;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Firn, started from its jar on a free port of the loopback address, over a data folder. */
public final class FirnServer implements AutoCloseable {
    /** Tests start many servers on few cores: the quick compiler alone starts sooner. */
    private static final List<String> JAVA_OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-Xmx512m");

    private final ServerProcess process;
    private final int port;
    private final Path data;

    private FirnServer(ServerProcess process, int port, Path data) {
        this.process = process;
        this.port = port;
        this.data = data;
    }

    /** Starts the server over a data folder, which may hold the state of an earlier run. */
    public static FirnServer start(Path data) {
        return start(data, Map.of());
    }

    /** The same, with variables. */
    public static FirnServer start(Path data, Map<String, String> environment) {
        return start(data, environment, logsOf(data));
    }

    /** The same, with captured output in a folder of its own. */
    public static FirnServer start(Path data, Map<String, String> environment, Path logs) {
        int port = Ports.free();
        ServerProcess process = launch(port, data, environment, logs);
        return ready(new FirnServer(process, port, data));
    }

    private static FirnServer ready(FirnServer server) {
        try {
            Readiness.await(server.process(), server.uri());
            Readiness.awaitLine(server.process(), server.uri().toString());
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Starts {@code serve} with the usual options and does not wait for it to be ready. */
    public static ServerProcess launch(int port, Path data, Map<String, String> environment) {
        return launch(port, data, environment, logsOf(data));
    }

    /** The same, with captured output in a folder of its own. */
    public static ServerProcess launch(int port, Path data, Map<String, String> environment, Path logs) {
        return run(environment, logs, serve(port, data));
    }

    private static String[] serve(int port, Path data) {
        return new String[] {"serve", "--host", "127.0.0.1", "--port", String.valueOf(port), "--data", data.toString()};
    }

    /** Starts the server with so many descriptors and no more. */
    public static FirnServer startWithDescriptors(Path data, Map<String, String> environment, int descriptors) {
        int port = Ports.free();
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "firn"));
        command.addAll(command(serve(port, data)));
        return ready(new FirnServer(ServerProcess.start(command, environment, logsOf(data)), port, data));
    }

    /** Runs the jar with any arguments and does not wait for anything. */
    public static ServerProcess run(Map<String, String> environment, Path logs, String... arguments) {
        return ServerProcess.start(command(arguments), environment, logs);
    }

    /** The same in a script for bash, in which {@code "$@"} is the command. */
    public static ServerProcess runInScript(String script, Path logs, String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "firn"));
        command.addAll(command(arguments));
        return ServerProcess.start(command, Map.of(), logs);
    }

    /** Made when the first server is started. */
    private static final class Archive {
        static final List<String> OPTIONS = ClassArchive.options(java(), JAVA_OPTIONS, jar());
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(JAVA_OPTIONS);
        command.addAll(Archive.OPTIONS);
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path logsOf(Path data) {
        return data.resolveSibling(data.getFileName() + "-logs");
    }

    private static String java() {
        String home = System.getProperty("firn.java.home", "");
        return Path.of(home.isBlank() ? System.getProperty("java.home") : home, "bin", "java")
                .toString();
    }

    /** The jar under test, from the system property {@code firn.jar}. */
    public static Path jar() {
        String location = System.getProperty("firn.jar", "");
        Path jar = Path.of(location).toAbsolutePath().normalize();
        if (location.isBlank() || !Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "No jar to test at '" + location + "': build catalog-server first or give -Dfirn.jar");
        }
        return jar;
    }

    /** Kills the server the hard way and starts it again over the same data, on another port. */
    public FirnServer killAndRestart() {
        process.kill();
        return start(data);
    }

    /** The process, for signals and captured output. */
    public ServerProcess process() {
        return process;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Its data folder. */
    public Path data() {
        return data;
    }

    /** Its address, without a path. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A client of its default catalog. */
    public CatalogClient client() {
        return CatalogClient.connect(uri());
    }

    @Override
    public void close() {
        process.close();
    }
}
