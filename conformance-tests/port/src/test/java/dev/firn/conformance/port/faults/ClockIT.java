package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.disk.PowerCuts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A clock that somebody sets: back by a day, as on a machine that had a wrong time when it started, or forward by a year. */
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
            client.http()
                    .post(
                            "/api/v1/catalogs/main/restore-table",
                            Json.of("{'namespace':['n'],'name':'t','at':'change:2'}"))
                    .expect(200);
            client.commit("n", "t", Changes.set("k", "5")).expect(200);
            assertThat(keyed(client, key).json()).isEqualTo(first.json());
            JsonNode metadata = client.loadTable("n", "t").expect(200).json().get("metadata");
            assertThat(metadata.at("/properties/k").asText()).isEqualTo("5");
            assertThat(metadata.get("last-updated-ms").asLong()).isGreaterThanOrEqualTo(before.toEpochMilli() - 60_000);
            assertThat(times(metadata.get("metadata-log"), "timestamp-ms")).isSorted();
            List<Instant> ledger = ledger(client);
            assertThat(ledger).hasSizeGreaterThan(8).isSorted();
        }
    }

    /** Tokens end, as nobody can tell that they have not; nothing else ends early, and the past stays where it was. */
    @Test
    void clockThatGoesForwardByAYear() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        String key = UUID.randomUUID().toString();
        Instant before;
        Answer first;
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            client.createTable("n", "purged").expect(200);
            client.http()
                    .delete(client.table("n", "purged") + "?purgeRequested=true")
                    .expect(204);
            first = keyed(client, key);
            before = lastChange(client);

            power.faults().shiftClock(Duration.ofDays(365));

            assertThat(keyed(client, key).json()).isEqualTo(first.json());
            client.commit("n", "t", Changes.set("k", "3")).expect(200);
            assertThat(lastChange(client)).isAfter(before.plus(Duration.ofDays(364)));
            assertThat(then(server, before).at("/metadata/properties/k").asText())
                    .isEqualTo("2");
            assertThat(then(server, before.plus(Duration.ofDays(30)))
                            .at("/metadata/properties/k")
                            .asText())
                    .isEqualTo("2");

            power.faults().shiftClock(Duration.ZERO);

            client.commit("n", "t", Changes.set("k", "4")).expect(200);
            assertThat(ledger(client)).isSorted();
            assertThat(then(server, before).at("/metadata/properties/k").asText())
                    .isEqualTo("2");
            server.process().kill();
        }
        try (FirnServer server = power.start()) {
            CatalogClient client = server.client();
            client.commit("n", "t", Changes.set("k", "5")).expect(200);
            assertThat(ledger(client)).isSorted();
            assertThat(then(server, before).at("/metadata/properties/k").asText())
                    .isEqualTo("2");
            client.http()
                    .post("/api/v1/catalogs/main/undrop", Json.of("{'namespace':['n'],'name':'purged'}"))
                    .expect(200);
            client.loadTable("n", "purged").expect(200);
        }
    }

    /** After a month, with tables that can come back for a minute, they still can: hardly any of that minute has passed. */
    @Test
    void clockThatGoesForwardTakesNothingOfTheTimeInWhichTablesComeBack() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start(Map.of("FIRN_PURGE_AFTER", "60s"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            Path file = Path.of(client.createTable("n", "t")
                    .expect(200)
                    .json()
                    .get("metadata-location")
                    .asText()
                    .replaceFirst("^file:(//)?", ""));
            client.http()
                    .delete(client.table("n", "t") + "?purgeRequested=true")
                    .expect(204);
            power.faults().shiftClock(Duration.ofDays(30));
            await(server, "The clock is ahead of the time that has passed");
            assertThat(file).exists();
            client.http()
                    .post("/api/v1/catalogs/main/undrop", Json.of("{'namespace':['n'],'name':'t'}"))
                    .expect(200);
        }
    }

    @Test
    void tokens() throws Exception {
        PowerCuts power = new PowerCuts(PowerCuts.folder());
        try (FirnServer server = power.start(Map.of("FIRN_CREDENTIAL", "id:secret"))) {
            Http http = new Http(server.uri());
            String token = token(http);
            power.faults().shiftClock(Duration.ofDays(365));
            assertThat(ask(http, token)
                            .expect(401, 419)
                            .json()
                            .at("/error/message")
                            .asText())
                    .isEqualTo("The token has expired");
            String later = token(http);
            ask(http, later).expect(200);
            power.faults().shiftClock(Duration.ofDays(-1));
            ask(http, token).expect(200);
            ask(http, token(http)).expect(200);
        }
    }

    private static String token(Http http) {
        byte[] form =
                "grant_type=client_credentials&client_id=id&client_secret=secret".getBytes(StandardCharsets.UTF_8);
        return http.send("POST", "/v1/oauth/tokens", form, "Content-Type", "application/x-www-form-urlencoded")
                .expect(200)
                .json()
                .get("access_token")
                .asText();
    }

    private static Answer ask(Http http, String token) {
        return http.get("/v1/config", "Authorization", "Bearer " + token);
    }

    private static void await(FirnServer server, String line) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!server.process().stderr().contains(line)) {
            assertThat(System.nanoTime()).as("waiting for: " + line).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Instant lastChange(CatalogClient client) {
        List<Instant> all = ledger(client);
        return all.get(all.size() - 1);
    }

    /** The table as it was. */
    private static JsonNode then(FirnServer server, Instant moment) {
        Http http = new Http(server.uri());
        String prefix = http.get("/v1/config?warehouse=main@" + moment)
                .expect(200)
                .json()
                .at("/overrides/prefix")
                .asText();
        return http.get("/v1/" + prefix + "/namespaces/n/tables/t").expect(200).json();
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
