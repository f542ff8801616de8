package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.disk.PowerCuts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A clock that somebody sets back by a day, as a machine does that had a wrong time when it started. */
class ClockIT {
    @Test
    void clockThatGoesBack() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            client.createView("n", "v").expect(200);
            client.commit("n", "t", Changes.set("k", "1")).expect(200);
            client.commit("n", "t", snapshot(System.currentTimeMillis())).expect(200);
            String key = UUID.randomUUID().toString();
            Answer first = keyed(client, key);
            Instant before = Instant.now();

            power.faults().shiftClock(Duration.ofDays(-1));

            client.commit("n", "t", Changes.set("k", "3")).expect(200);
            client.commit("n", "t", Changes.set("k", "4")).expect(200);
            client.transact(List.of(Changes.set("n", "t", "k", "5"))).expect(204);
            client.createTable("n", "u").expect(200);
            client.http()
                    .post(client.root() + "/tables/rename", CatalogClient.rename("n", "u", "n", "w"))
                    .expect(204);
            assertThat(keyed(client, key).json()).isEqualTo(first.json());
            JsonNode metadata = client.loadTable("n", "t").expect(200).json().get("metadata");
            assertThat(metadata.at("/properties/k").asText()).isEqualTo("5");
            assertThat(metadata.get("last-updated-ms").asLong()).isGreaterThanOrEqualTo(before.toEpochMilli() - 60_000);
            assertThat(times(metadata.get("metadata-log"), "timestamp-ms")).isSorted();
            List<Instant> ledger = ledger(client);
            assertThat(ledger).hasSizeGreaterThan(8).isSorted();
        }
    }

    private static Answer keyed(CatalogClient client, String key) {
        byte[] body = Changes.set("k", "2").toString().getBytes(StandardCharsets.UTF_8);
        return client.http()
                .send("POST", client.table("n", "t"), body, "Idempotency-Key", key)
                .expect(200);
    }

    private static JsonNode snapshot(long now) {
        return Json.of(
                "{'requirements':[],'updates':[{'action':'add-snapshot','snapshot':{'snapshot-id':7,'sequence-number':1,"
                        + "'timestamp-ms':%d,'summary':{'operation':'append'},'manifest-list':'file:/none','schema-id':0}},"
                        + "{'action':'set-snapshot-ref','ref-name':'main','type':'branch','snapshot-id':7}]}",
                now);
    }

    private static List<Instant> ledger(CatalogClient client) {
        List<Instant> times = new ArrayList<>();
        client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000")
                .expect(200)
                .json()
                .get("changes")
                .forEach(change -> times.add(Instant.parse(change.get("at").asText())));
        return times;
    }

    private static List<Long> times(JsonNode log, String field) {
        List<Long> times = new ArrayList<>();
        log.forEach(entry -> times.add(entry.get(field).asLong()));
        return times;
    }
}
