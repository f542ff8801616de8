package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.specification.Covers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of scans and commits are kept, also over a kill, and read again newest first. */
class MetricsIT {
    private static final String SCAN = """
        {"report-type":"scan-report","table-name":"ns.t","snapshot-id":%d,"filter":true,"schema-id":0,
         "projected-field-ids":[1],"projected-field-names":["id"],"metrics":{
           "total-planning-duration":{"count":1,"time-unit":"nanoseconds","total-duration":2500000},
           "result-data-files":{"unit":"count","value":3},
           "result-delete-files":{"unit":"count","value":1},
           "total-file-size-in-bytes":{"unit":"bytes","value":4096}}}""";

    private static final String COMMIT = """
        {"report-type":"commit-report","table-name":"ns.t","snapshot-id":7,"sequence-number":1,"operation":"append",
         "metrics":{"total-duration":{"count":1,"time-unit":"nanoseconds","total-duration":12000000},
           "attempts":{"unit":"count","value":2},"added-data-files":{"unit":"count","value":5},
           "added-files-size-bytes":{"unit":"bytes","value":777}}}""";

    @TempDir
    private Path folder;

    @Test
    @Covers({"reportMetrics", "reportMetrics 204"})
    void reportsAreKept() {
        FirnServer server = FirnServer.start(folder.resolve("data"));
        CatalogClient client = server.client();
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        report(client, namespace, SCAN.formatted(1));
        report(client, namespace, COMMIT);
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename(namespace, "t", namespace, "u"))
                .expect(204);
        try (FirnServer restarted = server.killAndRestart()) {
            CatalogClient after = restarted.client();
            JsonNode reports =
                    after.http().get(path(namespace, "u")).expect(200).json().path("reports");
            assertThat(reports).hasSize(2);
            JsonNode commit = reports.get(0);
            assertThat(commit.path("kind").asText()).isEqualTo("commit");
            assertThat(commit.path("duration-ms").asDouble()).isEqualTo(12);
            assertThat(commit.path("attempts").asInt()).isEqualTo(2);
            assertThat(commit.path("added-bytes").asInt()).isEqualTo(777);
            JsonNode scan = reports.get(1);
            assertThat(scan.path("planning-ms").asDouble()).isEqualTo(2.5);
            assertThat(scan.path("data-files").asInt()).isEqualTo(3);
            assertThat(scan.path("bytes").asInt()).isEqualTo(4096);
            assertThat(scan.at("/report/projected-field-names/0").asText()).isEqualTo("id");
        }
    }

    @Test
    void newestAreKeptAndOldestGo() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            String namespace = Names.namespace(client);
            client.createTable(namespace, "t").expect(200);
            for (int i = 1; i <= 1_005; i++) {
                report(client, namespace, SCAN.formatted(i));
            }
            JsonNode reports = client.http()
                    .get(path(namespace, "t") + "?pageSize=2000")
                    .json()
                    .path("reports");
            assertThat(reports).hasSize(1_000);
            assertThat(reports.get(0).path("snapshot-id").asInt()).isEqualTo(1_005);
            assertThat(reports.get(999).path("snapshot-id").asInt()).isEqualTo(6);
            assertThat(client.http()
                            .get(path(namespace, "t") + "?pageSize=3")
                            .json()
                            .path("reports"))
                    .hasSize(3);
        }
    }

    @Test
    @Covers("reportMetrics 404")
    void whatIsNoReportOrOfNoTableIsRefused() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            String namespace = Names.namespace(client);
            client.createTable(namespace, "t").expect(200);
            String table = client.table(namespace, "t");
            client.http().post(table + "/metrics", "{}").expect(400);
            client.http()
                    .post(table + "/metrics", "{\"report-type\":\"weather\"}")
                    .expect(400);
            client.http()
                    .post(client.table(namespace, "x") + "/metrics", SCAN.formatted(1))
                    .expect(404);
            client.http().get(path(namespace, "x")).expect(404);
            client.http()
                    .get("/api/v1/catalogs/none/namespaces/a/tables/t/metrics")
                    .expect(404);
        }
    }

    @Test
    void aTableThatIsStagedCanBeReportedOn() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            String namespace = Names.namespace(client);
            client.http()
                    .post(
                            client.root() + "/namespaces/" + namespace + "/tables",
                            "{\"name\":\"t\",\"stage-create\":true,\"schema\":{\"type\":\"struct\",\"fields\":[]}}")
                    .expect(200);
            report(client, namespace, COMMIT);
        }
    }

    private static void report(CatalogClient client, String namespace, String report) {
        client.http().post(client.table(namespace, "t") + "/metrics", report).expect(204);
    }

    private static String path(String namespace, String table) {
        return "/api/v1/catalogs/main/namespaces/" + namespace + "/tables/" + table + "/metrics";
    }
}
