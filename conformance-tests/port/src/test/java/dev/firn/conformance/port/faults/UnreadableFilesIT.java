package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk from which files cannot be read: what can be answered is, no failure is told as a client's mistake, and nothing is lost when it can be read again. */
class UnreadableFilesIT {
    private static final int TABLES = 40;
    private static final int CLIENTS = 4;

    private PowerCuts disk;

    /** Makes tables, and ends the server, so that the next one has nothing in memory. */
    @BeforeEach
    void prepare() throws Exception {
        disk = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = disk.start()) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            for (int number = 0; number < TABLES; number++) {
                client.createTable("n", "t" + number).expect(200);
            }
            assertThat(server.process().terminate()).isIn(0, 143);
        }
    }

    @Test
    void metadataFiles() throws Exception {
        try (FirnServer server = disk.start()) {
            CatalogClient client = server.client();
            disk.faults().fail("read", Faults.BROKEN, "metadata.json");
            assertThat(client.loadTable("n", "t0")
                            .expect(500)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains("metadata.json", "Input/output error");
            unchanged(client.commit("n", "t0", Changes.set("k", "1")));
            unchanged(client.transact(List.of(Changes.set("n", "t0", "k", "1"), Changes.set("n", "t1", "k", "1"))));
            client.createTable("n", "new").expect(200);
            client.commit("n", "new", Changes.set("k", "1")).expect(200);
            assertThat(CatalogClient.names(client.http().get(client.namespace("n") + "/tables")))
                    .hasSize(TABLES + 1);
            client.http()
                    .post(client.root() + "/tables/rename", CatalogClient.rename("n", "t2", "n", "renamed"))
                    .expect(204);
            disk.faults().none();
            assertThat(property(client, "t0")).isEmpty();
            client.commit("n", "t0", Changes.set("k", "2")).expect(200);
            client.loadTable("n", "renamed").expect(200);
        }
    }

    /** Only what is lost is put back by its old file: what cannot be read now is to be built on later. */
    @Test
    void aTableThatCannotBeReadIsNotPutBack() throws Exception {
        try (FirnServer server = disk.start()) {
            CatalogClient client = server.client();
            client.commit("n", "t0", Changes.set("k", "1")).expect(200);
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        String then = "{\"namespace\":[\"n\"],\"name\":\"t0\",\"at\":\"change:" + (TABLES + 1) + "\"}";
        try (FirnServer server = disk.start()) {
            CatalogClient client = server.client();
            disk.faults().fail("read", Faults.BROKEN, "metadata.json");
            client.http().post("/api/v1/catalogs/main/restore-table", then).expect(503);
            disk.faults().none();
            assertThat(property(client, "t0")).isEqualTo("1");
            client.http().post("/api/v1/catalogs/main/restore-table", then).expect(200);
            JsonNode metadata = client.loadTable("n", "t0").expect(200).json().get("metadata");
            assertThat(metadata.at("/properties/k").isMissingNode()).isTrue();
            assertThat(metadata.get("metadata-log")).hasSize(2);
        }
    }

    @Test
    void state() throws Exception {
        try (FirnServer server = disk.start()) {
            CatalogClient client = server.client();
            disk.faults().fail("read", Faults.BROKEN, "firn.db");
            Answer load = client.loadTable("n", "t0").expect(503);
            assertThat(load.json().at("/error/message").asText())
                    .startsWith("Cannot read the state: ")
                    .doesNotContain("select");
            unchanged(client.commit("n", "t0", Changes.set("k", "1")));
            unchanged(client.createTable("n", "new"));
            client.http().get("/v1/config").expect(200);
            disk.faults().none();
            assertThat(property(client, "t0")).isEmpty();
            client.commit("n", "t0", Changes.set("k", "2")).expect(200);
            client.createTable("n", "new").expect(200);
        }
    }

    /** Every third read fails, while clients commit to their own tables. */
    @Test
    void someReads() throws Exception {
        List<Map<String, Set<String>>> possible;
        try (FirnServer server = disk.start()) {
            disk.faults().fail("read", Faults.BROKEN, "/", 30);
            possible = commitAll(server.client());
            disk.faults().none();
            check(server.client(), possible);
            server.client().createTable("n", "afterwards").expect(200);
            server.process().kill();
        }
        try (FirnServer server = disk.start()) {
            check(server.client(), possible);
        }
        assertThat(FirnCommand.run(
                                disk.data().getParent(),
                                "doctor",
                                "--data",
                                disk.data().toString())
                        .out())
                .contains("Healthy");
    }

    private static void check(CatalogClient client, List<Map<String, Set<String>>> possible) {
        possible.forEach(tables -> tables.forEach(
                (table, values) -> assertThat(property(client, table)).as(table).isIn(values)));
    }

    private static List<Map<String, Set<String>>> commitAll(CatalogClient client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Map<String, Set<String>>>> work = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                int first = number;
                work.add(threads.submit(() -> commitSome(client, first)));
            }
            List<Map<String, Set<String>>> possible = new ArrayList<>();
            for (Future<Map<String, Set<String>>> one : work) {
                possible.add(one.get());
            }
            return possible;
        } finally {
            threads.shutdownNow();
        }
    }

    /** What each table of one client may be afterwards. */
    private static Map<String, Set<String>> commitSome(CatalogClient client, int first) {
        Map<String, Set<String>> possible = new HashMap<>();
        for (int round = 0; round < 4; round++) {
            for (int number = first; number < TABLES; number += CLIENTS) {
                String table = "t" + number;
                String value = "v" + round;
                Set<String> before = possible.getOrDefault(table, Set.of(""));
                Answer answer = client.commit("n", table, Changes.set("k", value));
                if (answer.status() == 200) {
                    possible.put(table, Set.of(value));
                } else if (answer.json().at("/error/type").asText().equals("CommitStateUnknownException")) {
                    Set<String> both = new java.util.HashSet<>(before);
                    both.add(value);
                    possible.put(table, both);
                } else {
                    unchanged(answer);
                    possible.put(table, before);
                }
            }
        }
        return possible;
    }

    private static void unchanged(Answer answer) {
        assertThat(answer.expect(503).json().at("/error/type").asText()).isEqualTo("ServiceUnavailableException");
    }

    private static String property(CatalogClient client, String table) {
        return client.loadTable("n", table)
                .expect(200)
                .json()
                .at("/metadata/properties/k")
                .asText();
    }
}
