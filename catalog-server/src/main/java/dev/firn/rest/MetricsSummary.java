package dev.firn.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.store.MetricsReport;
import java.util.LinkedHashMap;
import java.util.Map;

/** One report with what is asked most standing in front: how long, how much. The whole report follows. */
final class MetricsSummary {
    private MetricsSummary() {}

    /** Times are in milliseconds, sizes in bytes. What the engine did not tell is left out. */
    static Map<String, Object> of(MetricsReport kept) {
        JsonNode report = Json.tree(kept.json());
        JsonNode metrics = report.path("metrics");
        boolean scan = report.path("report-type").asText().startsWith("scan");
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("kind", scan ? "scan" : "commit");
        summary.put("reported-at-ms", kept.reportedAt().toEpochMilli());
        summary.put("principal", kept.principal());
        summary.put("snapshot-id", report.path("snapshot-id").asLong());
        if (scan) {
            duration(summary, "planning-ms", metrics.path("total-planning-duration"));
            count(summary, "data-files", metrics.path("result-data-files"));
            count(summary, "delete-files", metrics.path("result-delete-files"));
            count(summary, "bytes", metrics.path("total-file-size-in-bytes"));
        } else {
            summary.put("operation", report.path("operation").asText());
            duration(summary, "duration-ms", metrics.path("total-duration"));
            count(summary, "attempts", metrics.path("attempts"));
            count(summary, "added-data-files", metrics.path("added-data-files"));
            count(summary, "removed-data-files", metrics.path("removed-data-files"));
            count(summary, "added-records", metrics.path("added-records"));
            count(summary, "added-bytes", metrics.path("added-files-size-bytes"));
        }
        summary.put("report", report);
        return summary;
    }

    private static void count(Map<String, Object> summary, String name, JsonNode counter) {
        if (counter.path("value").isNumber()) {
            summary.put(name, counter.path("value").asLong());
        }
    }

    private static void duration(Map<String, Object> summary, String name, JsonNode timer) {
        if (timer.path("total-duration").isNumber()) {
            double perMilli = switch (timer.path("time-unit").asText()) {
                case "nanoseconds" -> 1_000_000;
                case "microseconds" -> 1_000;
                case "seconds" -> 0.001;
                default -> 1;
            };
            summary.put(name, timer.path("total-duration").asDouble() / perMilli);
        }
    }
}
