package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is kept of a plan between requests: its result, its tasks, and for how long. */
@ExtendWith(ScanServer.class)
class PlansIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String AGAIN = "plan the scan again";

    @Test
    void aSmallScanIsAnsweredAtOnceAndItsRestByTasks(FirnServer server) {
        HttpScans scans = HttpScans.create(server, SCHEMA, 2 * ScanServer.FILES_PER_ANSWER + 1);
        JsonNode plan = scans.plan("{}").expect(200).json();
        assertThat(plan.path("status").asText()).isEqualTo("completed");
        assertThat(plan.path("file-scan-tasks")).hasSize(ScanServer.FILES_PER_ANSWER);
        assertThat(plan.path("plan-tasks")).hasSize(2);
        assertThat(scans.files(plan)).containsExactly("0", "1", "2", "3", "4", "5", "6");
        // A task can be fetched again, for instance when its answer was lost, and the result as well.
        assertThat(scans.files(plan)).hasSize(7);
        String id = plan.path("plan-id").asText();
        assertThat(scans.files(scans.planned(id).expect(200).json())).hasSize(7);
    }

    @Test
    void aLargeScanIsPlannedInTheBackground(FirnServer server) {
        HttpScans scans = HttpScans.create(server, SCHEMA, ScanServer.FILES_WHILE_WAITING + 5);
        JsonNode plan = scans.plan("{}").expect(200).json();
        assertThat(plan.path("status").asText()).isEqualTo("submitted");
        assertThat(plan.has("file-scan-tasks")).isFalse();
        String id = plan.path("plan-id").asText();
        Answer completed =
                await(() -> scans.planned(id), answer -> !status(answer).equals("submitted"));
        assertThat(status(completed)).isEqualTo("completed");
        assertThat(scans.files(completed.json())).hasSize(ScanServer.FILES_WHILE_WAITING + 5);
    }

    @Test
    void aCancelledPlanIsGone(FirnServer server) {
        HttpScans scans = HttpScans.create(server, SCHEMA, ScanServer.FILES_PER_ANSWER + 1);
        JsonNode plan = scans.plan("{}").expect(200).json();
        String id = plan.path("plan-id").asText();
        scans.cancel(id).expect(204);
        assertThat(status(scans.planned(id))).isEqualTo("cancelled");
        refused(scans.tasks(plan.at("/plan-tasks/0").asText()), "NoSuchPlanTaskException");
        // Asked for again because its answer was lost, perhaps.
        scans.cancel(id).expect(204);
    }

    @Test
    void aPlanOfAnotherTableIsUnknown(FirnServer server) {
        HttpScans scans = HttpScans.create(server, SCHEMA, ScanServer.FILES_PER_ANSWER + 1);
        HttpScans other = HttpScans.create(server, SCHEMA, 1);
        JsonNode plan = scans.plan("{}").expect(200).json();
        String id = plan.path("plan-id").asText();
        refused(other.planned(id), "NoSuchPlanIdException");
        refused(other.cancel(id), "NoSuchPlanIdException");
        refused(other.tasks(plan.at("/plan-tasks/0").asText()), "NoSuchPlanTaskException");
        for (String task : new String[] {"", "/", id, id + "/0", id + "/+1", id + "/01", id + "/2", id + "/x"}) {
            refused(scans.tasks(task), "NoSuchPlanTaskException");
        }
        assertThat(scans.files(plan)).hasSize(ScanServer.FILES_PER_ANSWER + 1);
    }

    @Test
    void aPlanEndsWithTheServer() throws Exception {
        try (FirnServer first = ScanServer.start("3600")) {
            HttpScans before = HttpScans.create(first, SCHEMA, ScanServer.FILES_PER_ANSWER + 1);
            JsonNode plan = before.plan("{}").expect(200).json();
            try (FirnServer second = first.killAndRestart()) {
                HttpScans after = before.on(second);
                refused(after.planned(plan.path("plan-id").asText()), "NoSuchPlanIdException");
                refused(after.tasks(plan.at("/plan-tasks/0").asText()), "NoSuchPlanTaskException");
                after.plan("{}").expect(200);
            }
        }
    }

    @Test
    void aPlanEndsWithItsTime() throws Exception {
        try (FirnServer server = ScanServer.start("1")) {
            HttpScans scans = HttpScans.create(server, SCHEMA, ScanServer.FILES_PER_ANSWER + 1);
            JsonNode plan = scans.plan("{}").expect(200).json();
            String id = plan.path("plan-id").asText();
            refused(await(() -> scans.planned(id), answer -> answer.status() != 200), "NoSuchPlanIdException");
            refused(scans.tasks(plan.at("/plan-tasks/0").asText()), "NoSuchPlanTaskException");
        }
    }

    @Test
    void plansTakeNoMoreMemoryThanTheyMay(FirnServer server) {
        HttpScans scans = HttpScans.create(server, SCHEMA, ScanServer.FILES_PER_ANSWER + 1);
        String first = scans.plan("{}").expect(200).json().path("plan-id").asText();
        // Filters are kept with their plans. Somebody who asks for more plans than fit ends older ones, not the server.
        String filter = Json.value(Map.of(
                        "type",
                        "in",
                        "term",
                        "id",
                        "values",
                        java.util.stream.LongStream.range(0, 2_000).boxed().toList()))
                .toString();
        int plans = 0;
        while (scans.planned(first).status() == 200) {
            scans.plan("{\"filter\":" + filter + "}").expect(200);
            assertThat(++plans).isLessThan(5_000);
        }
        refused(scans.planned(first), "NoSuchPlanIdException");
        assertThat(scans.files(scans.plan("{}").expect(200).json())).hasSize(ScanServer.FILES_PER_ANSWER + 1);
    }

    private static String status(Answer answer) {
        return answer.expect(200).json().path("status").asText();
    }

    private static void refused(Answer answer, String type) {
        answer.expect(404);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo(type);
        assertThat(answer.json().at("/error/message").asText()).contains(AGAIN);
    }

    private static Answer await(Supplier<Answer> ask, Predicate<Answer> until) {
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = ask.get();
        while (!until.test(answer)) {
            assertThat(Instant.now()).as("%s", answer).isBefore(end);
            answer = ask.get();
        }
        return answer;
    }
}
