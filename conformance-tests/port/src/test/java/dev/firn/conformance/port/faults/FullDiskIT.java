package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.PowerCuts;
import dev.firn.conformance.port.disk.SmallDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is really full: commits until nothing fits any more. Reads go on, a stop or a kill there loses nothing, and once there is room writes go on by themselves. */
class FullDiskIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int CLIENTS = 4;
    private static final int FAILURES = 20;
    private static final String PADDING = "x".repeat(4000);

    /** What is on it. */
    enum Full {
        STATE,
        WAREHOUSE,
        STATE_AND_WAREHOUSE
    }

    @ParameterizedTest
    @EnumSource
    void fillStopMakeRoom(Full full) throws Exception {
        Path folder = PowerCuts.folder();
        try (SmallDisk disk = SmallDisk.mount(folder, 8 * MEGABYTE, 4 * MEGABYTE)) {
            Path data = (full == Full.WAREHOUSE ? folder : disk.folder()).resolve("data");
            Path warehouse = (full == Full.STATE ? folder : disk.folder()).resolve("warehouse");
            Map<String, String> environment = Map.of("FIRN_WAREHOUSE", warehouse.toString());
            Path logs = folder.resolve("logs");
            List<Client> clients;
            try (FirnServer server = FirnServer.start(data, environment, logs)) {
                clients = fill(server);
                assertThat(disk.free()).isLessThan(64 * 1024);
                checkAll(server, clients);
                if (full == Full.STATE) {
                    assertThat(server.process().terminate()).isIn(0, 143);
                    assertThat(server.process().stderr()).doesNotContain("Exception in thread");
                } else {
                    server.process().kill();
                }
            }
            assertThat(doctor(folder, data, warehouse)).contains("to mend it: make room");
            try (FirnServer server = FirnServer.start(data, environment, logs)) {
                checkAll(server, clients);
                disk.makeRoom();
                for (Client client : clients) {
                    client.commit(server.client()).expect(200);
                }
                server.client().createTable("n", "afterwards").expect(200);
                server.process().kill();
            }
            try (FirnServer server = FirnServer.start(data, environment, logs)) {
                checkAll(server, clients);
            }
            assertThat(doctor(folder, data, warehouse)).contains("Healthy");
        }
    }

    private static String doctor(Path folder, Path data, Path warehouse) {
        return FirnCommand.run(
                        folder, Map.of("FIRN_WAREHOUSE", warehouse.toString()), "doctor", "--data", data.toString())
                .out();
    }

    /** Clients that each commit to a table of their own until they have failed often enough. */
    private static List<Client> fill(FirnServer server) throws Exception {
        server.client().createNamespace("n").expect(200);
        List<Client> clients = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                Client client = new Client("t" + number);
                server.client().createTable("n", client.table).expect(200);
                clients.add(client);
                work.add(threads.submit(() -> client.fill(server.client())));
            }
            for (Future<?> one : work) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return clients;
    }

    private static void checkAll(FirnServer server, List<Client> clients) {
        CatalogClient catalog = server.client();
        clients.forEach(client -> client.check(catalog));
        assertThat(CatalogClient.names(catalog.http().get(catalog.namespace("n") + "/tables")))
                .hasSizeGreaterThanOrEqualTo(CLIENTS);
    }

    /** Knows what its table is. */
    private static final class Client {
        private final String table;
        private int sent;
        private String known = "";

        Client(String table) {
            this.table = table;
        }

        void fill(CatalogClient catalog) {
            for (int failures = 0; failures < FAILURES; ) {
                if (commit(catalog).status() != 200) {
                    failures++;
                    check(catalog);
                }
            }
        }

        /** A failure has changed nothing, and says so: a full disk is known to be full before anything counts. */
        Answer commit(CatalogClient catalog) {
            sent++;
            String value = sent + PADDING;
            Answer answer = catalog.commit("n", table, Changes.set("k", value));
            if (answer.status() == 200) {
                known = value;
            } else {
                assertThat(answer.expect(503).json().at("/error/type").asText())
                        .isEqualTo("ServiceUnavailableException");
            }
            return answer;
        }

        void check(CatalogClient catalog) {
            assertThat(catalog.loadTable("n", table)
                            .expect(200)
                            .json()
                            .at("/metadata/properties/k")
                            .asText())
                    .as(table)
                    .isEqualTo(known);
        }
    }
}
