package dev.firn.conformance.bench;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.Readiness;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs all loads against all servers in turn, as often as asked, and prints medians and ratios. */
public final class Bench {
    private final Options options;
    private final Path script;
    private final Path answers;
    private final Servers servers;
    private final Report report = new Report();

    private Bench(Options options, Path home, Path classPath, Path work) throws IOException {
        this.options = options;
        this.script = home.resolve("load.lua");
        this.answers = Files.createTempDirectory(work, "answers");
        this.servers = new Servers(checkout(home), classPath, work, options.javaHome());
    }

    /** The arguments are three folders and files that the script knows, then what the user gave. */
    public static void main(String[] arguments) throws Exception {
        List<String> given = List.of(arguments).subList(3, arguments.length);
        if (given.equals(List.of("--scan"))) {
            Path home = Path.of(arguments[0]);
            new ScanBench(new Servers(checkout(home), Path.of(arguments[1]), Path.of(arguments[2]), "")).run();
            return;
        }
        Options options;
        try {
            options = Options.of(given);
        } catch (IllegalArgumentException e) {
            System.err.println(
                    "bench: " + (given.contains("--scan") ? "--scan takes no other options" : e.getMessage()));
            System.exit(2);
            return;
        }
        new Bench(options, Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])).run();
    }

    private static Path checkout(Path home) {
        return home.resolve("../..").normalize();
    }

    private void run() throws Exception {
        if (options.launcher()) {
            launcher();
        }
        for (int round = 1; round <= options.rounds(); round++) {
            catalog("firn", options.launcher() ? servers::launcher : servers::firn);
            catalog("fixture", servers::fixture);
            bare();
            for (URI peer : options.peers()) {
                measure(peer.toString(), peer, round == 1);
            }
        }
        report.print();
    }

    /** As users start it: with what the launcher remembers of an earlier start, which the first one here makes sure of. */
    private void launcher() throws Exception {
        for (int start = 0; start <= options.rounds(); start++) {
            int port = Ports.free();
            long begin = System.nanoTime();
            try (ServerProcess process = servers.launcher(port)) {
                Readiness.await(process, URI.create("http://127.0.0.1:" + port));
                double millis = (System.nanoTime() - begin) / 1e6;
                if (start > 0) {
                    report.add("cold start by the launcher, ms", "firn", millis);
                    report.add("resident when idle, launcher, MB", "firn", ResidentMemory.settled(process));
                }
            }
        }
    }

    private interface Start {
        ServerProcess on(int port) throws IOException;
    }

    private void catalog(String name, Start start) throws Exception {
        int port = Ports.free();
        URI uri = URI.create("http://127.0.0.1:" + port);
        long begin = System.nanoTime();
        try (ServerProcess process = start.on(port)) {
            Readiness.await(process, uri);
            report.add("cold start, ms", name, (System.nanoTime() - begin) / 1e6);
            report.add("resident when idle, MB", name, ResidentMemory.of(process));
            measure(name, uri, true);
            report.add("resident after load, MB", name, ResidentMemory.of(process));
        }
    }

    private void measure(String name, URI uri, boolean empty) throws Exception {
        CatalogClient client = CatalogClient.connect(uri);
        Map<String, Load> reads = Workloads.reads(client);
        Map<String, Load> writes = Workloads.writes(client);
        if (reads.keySet().stream().noneMatch(options::wants)
                && writes.keySet().stream().noneMatch(options::wants)) {
            throw new IllegalArgumentException("No row has \"" + options.rows() + "\" in its name: "
                    + String.join("; ", reads.keySet()) + "; " + String.join("; ", writes.keySet()));
        }
        if (empty) {
            Contents.fill(client, options.tables());
        }
        if (name.equals("firn")) {
            keepAnswers(client.http(), reads);
        }
        loads(name, uri, reads);
        loads(name, uri, writes);
    }

    private void loads(String server, URI uri, Map<String, Load> loads) throws Exception {
        for (Map.Entry<String, Load> load : loads.entrySet()) {
            if (!options.wants(load.getKey())) {
                continue;
            }
            if (options.warmUp() > 0) {
                load.getValue().run(script, uri.toString(), options.warmUp());
            }
            Load.Result result = load.getValue().run(script, uri.toString(), options.seconds());
            report.add(load.getKey(), server, result);
        }
    }

    // What the bare server is to answer: the bytes of Firn's own answers.
    private void keepAnswers(Http http, Map<String, Load> reads) throws IOException {
        for (Map.Entry<String, Load> read : reads.entrySet()) {
            Load load = read.getValue();
            if (load.method().equals("GET")) {
                String[] header = load.headers().isEmpty()
                        ? new String[0]
                        : load.headers().split(": ");
                byte[] bytes =
                        http.get(load.target(), header).expect(200).response().body();
                Files.write(answers.resolve(file(read.getKey())), bytes);
            }
        }
    }

    private void bare() throws Exception {
        int port = Ports.free();
        URI uri = URI.create("http://127.0.0.1:" + port);
        try (ServerProcess process = servers.bare(port, answers)) {
            Readiness.await(process, uri);
            for (String name : report.reads()) {
                Load load = name.endsWith("Exists")
                        ? Load.head("/bare/" + file(name))
                        : Load.get("/bare/" + file(name), "");
                loads("bare", uri, Map.of(name, load));
            }
        }
    }

    private static String file(String load) {
        return load.replaceAll("[^A-Za-z0-9]+", "-");
    }
}
