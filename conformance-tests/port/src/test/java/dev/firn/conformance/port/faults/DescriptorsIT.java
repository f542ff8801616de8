package dev.firn.conformance.port.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.crash.KeptFiles;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Too few descriptors for files and connections: who has a connection is answered, and everything goes on by itself when there are enough again. */
class DescriptorsIT {
    private static final int TABLES = 8;
    private static final int FEW = 160;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So soon that the thread which syncs files runs into the trouble too. */
    private static final Map<String, String> SOON = Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=40");

    private final Map<String, String> acknowledged = new TreeMap<>();

    /** More connections than descriptors, none of which asks for anything. */
    @Test
    void idleConnectionsLeaveDescriptorsForFiles() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.startWithDescriptors(data, SOON, FEW)) {
            CatalogClient client = prepare(server);
            List<Socket> idle = connect(server.port(), FEW);
            try {
                assertThat(openFilesAfterRise(server)).isBetween(FEW / 2, FEW - 20);
                assertThat(commitAll(client, "crowded")).containsOnly(200);
                client.createTable("n", "new").expect(200);
            } finally {
                for (Socket one : idle) {
                    one.close();
                }
            }
            CatalogClient.connect(server.uri())
                    .commit("n", "new", Changes.set("k", "later"))
                    .expect(200);
            KeptFiles.awaitNone(data);
            server.process().kill();
        }
        check(data);
    }

    /** There is nobody who could be answered. */
    @Test
    void clientsThatAreCutOffWhileTheySendLeaveNoConnection() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.startWithDescriptors(data, SOON, FEW)) {
            prepare(server);
            for (int number = 0; number < FEW; number++) {
                cutOff(server);
            }
            CatalogClient client = CatalogClient.connect(server.uri());
            assertThat(commitAll(client, "afterwards")).containsOnly(200);
            server.process().kill();
        }
        check(data);
    }

    /** Resets a connection once the server waits for the rest of a commit. */
    private static void cutOff(FirnServer server) throws IOException {
        try (Socket one = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            one.setSoTimeout((int) PATIENCE.toMillis());
            one.setSoLinger(true, 0);
            String head =
                    "POST /v1/namespaces/n/tables/t0 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n";
            one.getOutputStream().write(head.getBytes(US_ASCII));
            byte[] goOn = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
            assertThat(one.getInputStream().readNBytes(goOn.length)).isEqualTo(goOn);
            one.getOutputStream().write('{');
        }
    }

    /** Whatever has taken them: not one is left, neither for files nor for SQLite. */
    @Test
    void noneIsLeft() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data, SOON)) {
            CatalogClient client = prepare(server);
            limit(server, 3);
            assertThat(commitAll(client, "none")).containsOnly(503);
            assertThat(client.createTable("n", "new").status()).isEqualTo(503);
            client.loadTable("n", "t0").expect(200);
            client.http().get("/v1/config").expect(200);
            limit(server, 4096);
            assertThat(commitAll(client, "again")).containsOnly(200);
            CatalogClient.connect(server.uri()).createTable("n", "new").expect(200);
            KeptFiles.awaitNone(data);
            server.process().kill();
        }
        check(data);
    }

    private static CatalogClient prepare(FirnServer server) {
        CatalogClient client = server.client();
        client.createNamespace("n").expect(200);
        for (int number = 0; number < TABLES; number++) {
            client.createTable("n", "t" + number).expect(200);
        }
        return client;
    }

    private List<Integer> commitAll(CatalogClient client, String value) {
        List<Integer> statuses = new ArrayList<>();
        for (int number = 0; number < TABLES; number++) {
            Answer answer = client.commit("n", "t" + number, Changes.set("k", value));
            statuses.add(answer.status());
            if (answer.status() == 200) {
                acknowledged.put("t" + number, value);
            }
        }
        return statuses;
    }

    private void check(Path data) {
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            acknowledged.forEach((table, value) -> assertThat(client.loadTable("n", table)
                            .expect(200)
                            .json()
                            .at("/metadata/properties/k")
                            .asText())
                    .as(table)
                    .isEqualTo(value));
        }
    }

    /** As many as the machine lets wait: one may be late only because the server has not taken those before it. */
    private static List<Socket> connect(int port, int most) throws IOException {
        List<Socket> connections = new ArrayList<>();
        int late = 0;
        while (connections.size() < most && late < 4) {
            Socket one = new Socket();
            try {
                one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                connections.add(one);
                late = 0;
            } catch (SocketTimeoutException e) {
                one.close();
                late++;
            }
        }
        return connections;
    }

    /** The kernel says that a connection is there before the server has taken it: counted again until half of the descriptors are used, or it takes too long. */
    private static int openFilesAfterRise(FirnServer server) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int open = openFiles(server);
        while (open < FEW / 2 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
            open = openFiles(server);
        }
        return open;
    }

    private static int openFiles(FirnServer server) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + server.process().pid() + "/fd"))) {
            return (int) open.count();
        }
    }

    private static void limit(FirnServer server, int descriptors) throws Exception {
        Process prlimit = new ProcessBuilder(
                        "prlimit", "--pid", String.valueOf(server.process().pid()), "--nofile=" + descriptors + ":")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }
}
