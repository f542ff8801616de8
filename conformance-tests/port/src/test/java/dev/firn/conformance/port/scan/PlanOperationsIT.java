package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.specification.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operations of scan planning, as specified: statuses, headers and keys. */
@ExtendWith(ScanServer.class)
class PlanOperationsIT {
    private static final String KEY = "Idempotency-Key";
    private static final String DELEGATION = "X-Iceberg-Access-Delegation";
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    private BothWays both;
    private Http http;
    private CatalogClient client;
    private Table table;
    private String path;

    @BeforeEach
    void prepare(FirnServer server) {
        both = new BothWays(server);
        client = server.client();
        http = client.http();
        String namespace = Names.fresh("plans");
        both.client().createNamespace(Namespace.of(namespace));
        table = both.client()
                .buildTable(TableIdentifier.of(namespace, "t"), SCHEMA)
                .create();
        path = client.table(namespace, "t");
    }

    @AfterEach
    void disconnect() throws IOException {
        both.close();
    }

    private void append(int files) {
        TableWriter writer = new TableWriter(table);
        AppendFiles append = table.newFastAppend();
        for (int file = 0; file < files; file++) {
            append.appendFile(writer.data(writer.row("id", (long) file)));
        }
        append.commit();
    }

    private Answer post(String suffix, String body, String... headers) {
        return http.send("POST", path + suffix, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private Answer delete(String suffix, String... headers) {
        return http.send("DELETE", path + suffix, new byte[0], headers);
    }

    private static String task(String name) {
        return "{\"plan-task\":\"" + name + "\"}";
    }

    @Test
    @Covers({
        "planTableScan",
        "planTableScan 200",
        "fetchPlanningResult",
        "fetchPlanningResult 200",
        "fetchScanTasks",
        "fetchScanTasks 200"
    })
    void allFilesArePlanned() {
        append(2 * ScanServer.FILES_PER_ANSWER + 1);
        JsonNode plan = post("/plan", "{}").expect(200).json();
        assertThat(plan.path("status").asText()).isEqualTo("completed");
        JsonNode fetched = http.get(path + "/plan/" + plan.path("plan-id").asText())
                .expect(200)
                .json();
        assertThat(fetched.path("file-scan-tasks")).isEqualTo(plan.path("file-scan-tasks"));
        List<String> files = new ArrayList<>();
        files(files, plan);
        for (JsonNode name : plan.path("plan-tasks")) {
            files(files, post("/tasks", task(name.asText())).expect(200).json());
        }
        assertThat(files).hasSize(2 * ScanServer.FILES_PER_ANSWER + 1).doesNotHaveDuplicates();
    }

    private static void files(List<String> files, JsonNode tasks) {
        tasks.path("file-scan-tasks")
                .forEach(task -> files.add(task.at("/data-file/file-path").asText()));
    }

    @Test
    @Covers({"cancelPlanning", "cancelPlanning 204"})
    void aPlanIsGivenUp() {
        append(1);
        String plan = post("/plan", "{}").expect(200).json().path("plan-id").asText();
        delete("/plan/" + plan).expect(204);
        assertThat(http.get(path + "/plan/" + plan)
                        .expect(200)
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("cancelled");
    }

    @Test
    @Covers({"planTableScan 404", "fetchPlanningResult 404", "cancelPlanning 404", "fetchScanTasks 404"})
    void whatDoesNotExist() {
        String other = path + "x";
        isNotFound(http.post(other + "/plan", "{}"), "NoSuchTableException");
        isNotFound(http.get(other + "/plan/p"), "NoSuchTableException");
        isNotFound(http.delete(other + "/plan/p"), "NoSuchTableException");
        isNotFound(http.post(other + "/tasks", task("p/1")), "NoSuchTableException");
        isNotFound(http.get(path + "/plan/p"), "NoSuchPlanIdException");
        isNotFound(delete("/plan/p"), "NoSuchPlanIdException");
        isNotFound(post("/tasks", task("p/1")), "NoSuchPlanTaskException");
    }

    private static void isNotFound(Answer answer, String type) {
        assertThat(answer.expect(404).json().at("/error/type").asText()).isEqualTo(type);
    }

    @Test
    @Covers({
        "planTableScan X-Iceberg-Access-Delegation",
        "fetchPlanningResult X-Iceberg-Access-Delegation",
        "cancelPlanning X-Iceberg-Access-Delegation"
    })
    void foldersNeedNoDelegation() {
        append(1);
        String both = "vended-credentials,remote-signing";
        JsonNode plan = post("/plan", "{}", DELEGATION, both).expect(200).json();
        assertThat(plan.path("storage-credentials")).isEmpty();
        String suffix = "/plan/" + plan.path("plan-id").asText();
        assertThat(http.get(path + suffix, DELEGATION, both).expect(200).json().path("storage-credentials"))
                .isEmpty();
        delete(suffix, DELEGATION, both).expect(204);
    }

    @Test
    @Covers({"planTableScan Idempotency-Key", "fetchScanTasks Idempotency-Key", "cancelPlanning Idempotency-Key"})
    void theSameKeyIsTheSameRequest() {
        append(ScanServer.FILES_PER_ANSWER + 1);
        String planKey = UUID.randomUUID().toString();
        Answer plan = post("/plan", "{}", KEY, planKey).expect(200);
        assertThat(post("/plan", "{}", KEY, planKey).expect(200).text()).isEqualTo(plan.text());
        isAnotherRequest(post("/plan", "{\"case-sensitive\":false}", KEY, planKey));
        assertThat(post("/plan", "{}", KEY, UUID.randomUUID().toString())
                        .expect(200)
                        .json()
                        .path("plan-id"))
                .isNotEqualTo(plan.json().path("plan-id"));

        String taskKey = UUID.randomUUID().toString();
        String body = task(plan.json().at("/plan-tasks/0").asText());
        Answer tasks = post("/tasks", body, KEY, taskKey).expect(200);
        assertThat(post("/tasks", body, KEY, taskKey).expect(200).text()).isEqualTo(tasks.text());
        isAnotherRequest(post("/tasks", body, KEY, planKey));

        String cancelKey = UUID.randomUUID().toString();
        String suffix = "/plan/" + plan.json().path("plan-id").asText();
        delete(suffix, KEY, cancelKey).expect(204);
        assertThat(delete(suffix, KEY, cancelKey).expect(204).text()).isEmpty();
        isAnotherRequest(delete(suffix + "x", KEY, cancelKey));
        // A key is good for one request, whatever it was for.
        isAnotherRequest(http.send("DELETE", path, new byte[0], KEY, cancelKey));
        http.head(path).expect(204);

        String refusedKey = UUID.randomUUID().toString();
        Answer refused = post("/plan", "{\"snapshot-id\":1}", KEY, refusedKey).expect(400);
        assertThat(post("/plan", "{\"snapshot-id\":1}", KEY, refusedKey)
                        .expect(400)
                        .text())
                .isEqualTo(refused.text());
        post("/plan", "{}", KEY, "no-key").expect(400);
    }

    private static void isAnotherRequest(Answer answer) {
        assertThat(answer.expect(400).json().at("/error/message").asText()).contains("another request");
    }
}
