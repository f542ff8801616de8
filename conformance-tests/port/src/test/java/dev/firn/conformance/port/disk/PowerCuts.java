package dev.firn.conformance.port.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Servers over one data folder whose disk forgets at a power cut what was not synced. */
public final class PowerCuts {
    /** So soon that a short run sees files being synced in the background; the usual time is half a minute. */
    private static final String SOON = "-Dfirn.sync-after-millis=40";

    /** Whatever is to be synced in the background, its file system is synced as a whole; usually that is done for many files only. */
    private static final String TOGETHER = " -Dfirn.sync-together-from=1";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final Path log;
    private final Faults faults;
    private Disk disk;
    private boolean together;

    /** A new data folder in {@code folder}. */
    public PowerCuts(Path folder) throws IOException {
        this.root = Files.createDirectories(folder.resolve("disk")).toRealPath();
        this.log = folder.resolve("disk.log");
        this.faults = new Faults(folder.resolve("faults"));
    }

    /** A folder beneath the module's build folder, where state and log stay for a look after a failure. */
    public static Path folder() throws IOException {
        Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
        return Files.createTempDirectory(build, "cut");
    }

    /** What the disk does wrong. */
    public Faults faults() {
        return faults;
    }

    /** The data folder. */
    public Path data() {
        return root.resolve("data");
    }

    /** Whether the servers that are started from now on sync whole file systems, or their files one by one. */
    public void syncTogether(boolean together) {
        this.together = together;
    }

    /** Starts a server on what is there, which counts as durable. */
    public FirnServer start() throws IOException {
        return FirnServer.start(data(), watch(), logs());
    }

    /** The same, with variables. */
    public FirnServer start(Map<String, String> environment) throws IOException {
        Map<String, String> both = new HashMap<>(environment);
        both.putAll(watch());
        return FirnServer.start(data(), both, logs());
    }

    /** Starts one without waiting until it is ready. */
    public ServerProcess launch() throws IOException {
        return FirnServer.launch(Ports.free(), data(), watch(), logs());
    }

    /** Starts a server on what the one before has left when it was killed. Nothing becomes durable by that: the disk goes on as it was. */
    public FirnServer restart() throws IOException {
        return restart(Map.of());
    }

    /** The same, with variables. */
    public FirnServer restart(Map<String, String> environment) throws IOException {
        Map<String, String> both = new HashMap<>(environment);
        both.putAll(library());
        return FirnServer.start(data(), both, logs());
    }

    /** Runs a program of the tests to its end, which writes to the same disk. */
    public void run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(library());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Map<String, String> watch() throws IOException {
        Files.deleteIfExists(log);
        disk = new Disk(root);
        return library();
    }

    private Map<String, String> library() throws IOException {
        return Map.of(
                "LD_PRELOAD", Library.file().toString(),
                "POWERCUT_ROOT", root.toString(),
                "POWERCUT_LOG", log.toString(),
                "POWERCUT_RULES", faults.page().toString(),
                "JAVA_TOOL_OPTIONS", together ? SOON + TOGETHER : SOON);
    }

    private Path logs() {
        return root.resolveSibling("logs");
    }

    /** The server has been killed: the disk loses all that was not synced. */
    public void lose() throws IOException {
        Log.read(log, disk::follow);
        disk.nodes().forEach(Node::lose);
        rebuild();
    }

    /** The server has been killed: of what was not synced the disk keeps some, whole or torn. */
    public void loseAtRandom(Random random) throws IOException {
        Log.read(log, disk::follow);
        disk.nodes().forEach(node -> node.loseAtRandom(random));
        rebuild();
    }

    /** Returns when a sync of a file has failed, as was asked for. */
    public void awaitFailedSync() {
        await('F');
    }

    /** Returns when the sync of a file system has failed, as was asked for. */
    public void awaitFailedSyncOfAll() {
        await('E');
    }

    /** Returns when a file system has been synced. */
    public void awaitSyncOfAll() {
        await('B');
    }

    private void await(char kind) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        AtomicBoolean found = new AtomicBoolean();
        while (!found.get()) {
            try {
                Log.read(log, event -> found.compareAndSet(false, event.kind() == kind));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Nothing in the log of the disk is of kind " + kind);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Fails unless every byte of the real disk is known from the log. For a server that has ended by itself. */
    public void requireAllSeen() throws IOException {
        Log.read(log, disk::follow);
        disk.nodes().forEach(node -> node.sync(disk.now()));
        Map<String, byte[]> expected = new TreeMap<>();
        collect(disk.top(), "", expected);
        Map<String, byte[]> found = new TreeMap<>();
        collect(root, "", found);
        assertThat(expected.keySet()).isNotEmpty().isEqualTo(found.keySet());
        found.forEach((name, content) ->
                assertThat(content).as("%s as it is on the disk", name).isEqualTo(expected.get(name)));
    }

    private static void collect(DiskFolder folder, String prefix, Map<String, byte[]> into) {
        folder.durable().forEach((name, node) -> {
            if (node instanceof DiskFolder below) {
                collect(below, prefix + name + "/", into);
            } else {
                into.put(prefix + name, ((DiskFile) node).content());
            }
        });
    }

    private static void collect(Path folder, String prefix, Map<String, byte[]> into) throws IOException {
        for (Path path : Disk.children(folder)) {
            String name = path.getFileName().toString();
            if (Files.isDirectory(path)) {
                collect(path, prefix + name + "/", into);
            } else {
                into.put(prefix + name, Files.readAllBytes(path));
            }
        }
    }

    private void rebuild() throws IOException {
        clear(root);
        build(disk.top(), root);
    }

    private static void clear(Path folder) throws IOException {
        try (var paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                if (Files.isDirectory(path)) {
                    clear(path);
                }
                Files.delete(path);
            }
        }
    }

    private static void build(DiskFolder folder, Path at) throws IOException {
        for (Map.Entry<String, Node> entry : folder.durable().entrySet()) {
            Path path = at.resolve(entry.getKey());
            if (entry.getValue() instanceof DiskFolder below) {
                Files.createDirectories(path);
                build(below, path);
            } else {
                Files.write(path, ((DiskFile) entry.getValue()).content());
            }
        }
    }
}
