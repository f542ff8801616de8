package dev.firn.conformance.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.Readiness;
import dev.firn.conformance.harness.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;

/** Measures how long one client waits for the plan of a scan over 10,000 data files. Times are medians, with the fastest and the slowest. */
final class ScanBench {
    private static final int WARM_UP = 15;
    private static final int ROUNDS = 25;
    private static final Map<String, Integer> TABLES = Map.of("manifests_100", 100, "manifests_1", 1);
    private static final String ONE_FILE = "{\"filter\":{\"type\":\"eq\",\"term\":\"id\",\"value\":5000500}}";

    private final Servers servers;

    ScanBench(Servers servers) {
        this.servers = servers;
    }

    void run() throws IOException {
        Path folder = Files.createTempDirectory(servers.work(), "scan");
        on(folder, uri -> {
            try (RESTCatalog catalog = ScanTables.connect(uri)) {
                catalog.createNamespace(ScanTables.NAMESPACE);
                TABLES.forEach((name, manifests) -> ScanTables.create(catalog, name, manifests));
            }
        });
        for (String table : TABLES.keySet().stream().sorted().toList()) {
            // A server of its own for each: the first request after a start is what is called cold.
            on(folder, uri -> measure(uri, table));
        }
    }

    private interface Work {
        void with(URI uri) throws IOException;
    }

    private void on(Path folder, Work work) throws IOException {
        int port = Ports.free();
        URI uri = URI.create("http://127.0.0.1:" + port);
        try (ServerProcess process = servers.firn(port, folder)) {
            Readiness.await(process, uri);
            work.with(uri);
        }
    }

    private static void measure(URI uri, String table) throws IOException {
        CatalogClient client = CatalogClient.connect(uri);
        String path = client.table(ScanTables.NAMESPACE.toString(), table);
        print(table, "first answer, cold", new long[] {time(() -> first(client, path, "{}", 2_000))});
        print(table, "first answer", times(() -> first(client, path, "{}", 2_000)));
        print(table, "first answer, one file of 10,000", times(() -> first(client, path, ONE_FILE, 1)));
        print(table, "all tasks", times(() -> all(client, path)));
        try (RESTCatalog catalog = ScanTables.connect(uri)) {
            Table loaded = catalog.loadTable(TableIdentifier.of(ScanTables.NAMESPACE, table));
            print(table, "Java client plans itself, all tasks", times(() -> planned(loaded, false)));
            print(table, "Java client plans itself, one file", times(() -> planned(loaded, true)));
        }
    }

    private static JsonNode first(CatalogClient client, String path, String request, int tasks) {
        JsonNode plan = client.http().post(path + "/plan", request).expect(200).json();
        require(plan.path("file-scan-tasks").size(), tasks);
        return plan;
    }

    private static void all(CatalogClient client, String path) {
        JsonNode plan = client.http().post(path + "/plan", "{}").expect(200).json();
        int tasks = plan.path("file-scan-tasks").size();
        for (JsonNode planTask : plan.path("plan-tasks")) {
            String request = Json.value(Map.of("plan-task", planTask.asText())).toString();
            tasks += client.http()
                    .post(path + "/tasks", request)
                    .expect(200)
                    .json()
                    .path("file-scan-tasks")
                    .size();
        }
        require(tasks, ScanTables.FILES);
    }

    private static void planned(Table table, boolean oneFile) {
        int tasks = 0;
        try (CloseableIterable<FileScanTask> found = table.newScan()
                .filter(oneFile ? Expressions.equal("id", 5_000_500L) : Expressions.alwaysTrue())
                .planFiles()) {
            for (FileScanTask task : found) {
                tasks += task.file().location().isEmpty() ? 0 : 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        require(tasks, oneFile ? 1 : ScanTables.FILES);
    }

    private static void require(int tasks, int expected) {
        if (tasks != expected) {
            throw new IllegalStateException("The plan has " + tasks + " tasks, not " + expected);
        }
    }

    private static long[] times(Runnable work) {
        for (int round = 0; round < WARM_UP; round++) {
            work.run();
        }
        long[] times = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            times[round] = time(work);
        }
        Arrays.sort(times);
        return times;
    }

    private static long time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return System.nanoTime() - begin;
    }

    private static void print(String table, String what, long[] times) {
        System.out.printf(
                "%-14s %-38s median %7.1f ms   fastest %7.1f   slowest %7.1f%n",
                table, what, times[times.length / 2] / 1e6, times[0] / 1e6, times[times.length - 1] / 1e6);
    }
}
