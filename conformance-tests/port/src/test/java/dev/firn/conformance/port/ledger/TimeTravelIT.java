package dev.firn.conformance.port.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.OwnNamespace;
import dev.firn.conformance.port.Together;
import dev.firn.conformance.port.specification.Covers;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A catalog opened with a moment in its name is what it was then, and only that. */
class TimeTravelIT extends OwnNamespace {
    /** {@code /v1/{prefix}} of the catalog at that moment, as the server's configuration answers it. */
    private String then(Object moment) {
        Answer config = http.get("/v1/config?warehouse=" + CatalogClient.encode("main@" + moment));
        return "/v1/"
                + CatalogClient.encode(
                        config.expect(200).json().at("/overrides/prefix").asText());
    }

    private List<String> tables(String root) {
        return CatalogClient.names(http.get(root + "/namespaces/" + namespace + "/tables"));
    }

    @Test
    void namesAreThoseOfThen() {
        client.createTable(namespace, "a").expect(200);
        client.createTable(namespace, "b").expect(200);
        client.createView(namespace, "v").expect(200);
        Instant before = Instants.between();
        http.delete(client.table(namespace, "a")).expect(204);
        http.delete(client.view(namespace, "v")).expect(204);
        http.post(client.root() + "/tables/rename", CatalogClient.rename(namespace, "b", namespace, "c"))
                .expect(204);
        client.createTable(namespace, "d").expect(200);
        String later = Names.namespace(client);

        String root = then(before);
        assertThat(tables(root)).containsExactly("a", "b");
        assertThat(CatalogClient.names(http.get(root + "/namespaces/" + namespace + "/views")))
                .containsExactly("v");
        http.get(root + "/namespaces/" + later).expect(404);
        http.head(root + "/namespaces/" + namespace + "/tables/c").expect(404);
        http.get(root + "/namespaces/" + namespace + "/tables/b").expect(200);
        http.get(root + "/namespaces/" + namespace + "/views/v").expect(200);
        assertThat(http.get(root + "/namespaces").expect(200).text())
                .contains('"' + namespace + '"')
                .doesNotContain('"' + later + '"');

        assertThat(tables(client.root())).containsExactly("c", "d");
    }

    @Test
    void droppedNamespaceIsThereThen() {
        client.createNamespace(namespace, "inner").expect(200);
        Instant before = Instants.between();
        http.delete(client.namespace(namespace, "inner")).expect(204);
        http.delete(client.namespace(namespace)).expect(204);

        http.get(then(before) + "/namespaces/" + client.joined(namespace, "inner"))
                .expect(200);
        http.get(client.namespace(namespace)).expect(404);
    }

    @Test
    void stateIsThatOfThen() {
        String first = client.createTable(namespace, "t").expect(200).text();
        Instant created = Instants.between();
        String second = client.commit(namespace, "t", Changes.set("level", "second"))
                .expect(200)
                .text();
        Instant changed = Instants.between();
        client.commit(namespace, "t", Changes.set("level", "third")).expect(200);

        String path = "/namespaces/" + namespace + "/tables/t";
        assertThat(http.get(then(created) + path).expect(200).text()).isEqualTo(first);
        Answer past = http.get(then(changed) + path).expect(200);
        assertThat(past.text()).isEqualTo(second);
        http.get(then(changed) + path, "If-None-Match", past.header("ETag").orElseThrow())
                .expect(304);
    }

    /** They delete files without asking the catalog, and what they find in the table's place that its past state does not name may be what the present one needs. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?snapshots=refs"})
    void enginesAreNotToDeleteFilesThroughThePast(String query) {
        client.createTable(namespace, "t").expect(200);
        client.commit(namespace, "t", Changes.set("gc.enabled", "true")).expect(200);
        String[] engine = {"X-Client-Version", "Apache Iceberg 1.12.0 (commit abc)"};
        String now = client.table(namespace, "t") + query;
        Answer present = http.get(now, engine).expect(200);
        String then = then(Instants.between()) + "/namespaces/" + namespace + "/tables/t" + query;
        JsonNode readOnly = present.json().deepCopy();
        ((ObjectNode) readOnly.at("/metadata/properties")).put("gc.enabled", "false");

        // The present has the same metadata file, and another answer.
        String tag = present.header("ETag").orElseThrow();
        Answer past = http.get(then, engine[0], engine[1], "If-None-Match", tag).expect(200);
        assertThat(past.json()).isEqualTo(readOnly);
        assertThat(past.header("Vary").orElseThrow()).isEqualTo("X-Client-Version");
        assertThat(http.get(then).expect(200).text()).isEqualTo(present.text());
        assertThat(http.get(now, engine).expect(200).text()).isEqualTo(present.text());
    }

    @Test
    void momentJustNowIsTheSameLater() throws Exception {
        List<Callable<Object>> work = new ArrayList<>();
        Map<Instant, String> opened = new ConcurrentHashMap<>();
        AtomicBoolean ended = new AtomicBoolean();
        for (String name : List.of("a", "b", "c")) {
            client.createTable(namespace, name).expect(200);
            work.add(() -> {
                for (int i = 0; !ended.get(); i++) {
                    client.commit(namespace, name, Changes.set("n", "" + i)).expect(200);
                }
                return name;
            });
        }
        work.add(() -> {
            try {
                for (int i = 0; i < 200; i++) {
                    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
                    opened.put(now, then(now));
                }
            } finally {
                ended.set(true);
            }
            return opened;
        });
        Together.run(work);

        assertThat(opened)
                .allSatisfy((instant, root) -> assertThat(then(instant)).isEqualTo(root));
    }

    @Test
    void pagesOfThePast() {
        for (int i = 0; i < 7; i++) {
            client.createTable(namespace, "t" + i).expect(200);
            client.commit(namespace, "t" + i, Changes.set("a", "b")).expect(200);
        }
        Instant before = Instants.between();
        http.delete(client.table(namespace, "t3")).expect(204);
        client.createTable(namespace, "t33").expect(200);

        String listing = then(before) + "/namespaces/" + namespace + "/tables?pageSize=3&pageToken=";
        JsonNode first = http.get(listing).expect(200).json();
        JsonNode second = http.get(listing + first.get("next-page-token").asText())
                .expect(200)
                .json();
        JsonNode third = http.get(listing + second.get("next-page-token").asText())
                .expect(200)
                .json();
        assertThat(first.findValuesAsText("name")).containsExactly("t0", "t1", "t2");
        assertThat(second.findValuesAsText("name")).containsExactly("t3", "t4", "t5");
        assertThat(third.findValuesAsText("name")).containsExactly("t6");
        assertThat(third.path("next-page-token").isTextual()).isFalse();
    }

    @Test
    void middleOfATransactionIsItsEnd() {
        client.createTable(namespace, "a").expect(200);
        client.createTable(namespace, "b").expect(200);
        long before = changeNumber(then(Instants.between()));
        client.transact(List.of(Changes.set(namespace, "a", "x", "1"), Changes.set(namespace, "b", "x", "1")))
                .expect(204);
        String middle = then("change:" + (before + 1));

        assertThat(changeNumber(middle)).isEqualTo(before + 2);
        assertThat(http.get(middle + "/namespaces/" + namespace + "/tables/b")
                        .expect(200)
                        .json()
                        .at("/metadata/properties/x")
                        .asText())
                .isEqualTo("1");
        assertThat(http.get(then("change:" + before) + "/namespaces/" + namespace + "/tables/a")
                        .expect(200)
                        .json()
                        .at("/metadata/properties")
                        .has("x"))
                .isFalse();
    }

    private static long changeNumber(String root) {
        return Long.parseLong(root.substring(root.lastIndexOf("%3A") + 3));
    }

    @Test
    void momentsInTheirForms() {
        client.createTable(namespace, "t").expect(200);
        Instant moment = Instants.between();
        client.createTable(namespace, "u").expect(200);
        OffsetDateTime utc = moment.atOffset(ZoneOffset.UTC);
        OffsetDateTime elsewhere = moment.atOffset(ZoneOffset.ofHoursMinutes(5, 30));

        String expected = then(moment);
        assertThat(then(utc.toLocalDateTime())).isEqualTo(expected);
        assertThat(then(utc.toLocalDateTime().toString().replace('T', ' '))).isEqualTo(expected);
        assertThat(then(elsewhere)).isEqualTo(expected);
        assertThat(then(elsewhere.toString().replace("+05:30", "+0530"))).isEqualTo(expected);
        assertThat(then(moment.toString().toLowerCase(Locale.ROOT))).isEqualTo(expected);
        // The prefix of a path may be written by hand, and its plus sign be taken for a space.
        assertThat(tables("/v1/main@" + elsewhere)).containsExactly("t");
        assertThat(tables("/v1/" + CatalogClient.encode("main@" + moment))).containsExactly("t");
    }

    @ParameterizedTest
    @CsvSource({
        "main@yesterday, 400",
        "main@, 400",
        "main@2026-13-01, 400",
        "main@2026-11-01T25:00, 400",
        "main@-999999999-01-01, 400",
        "main@change:x, 400",
        "main@change:, 400",
        "main@change:+1, 400",
        "main@change:99999999999999999999, 400",
        "main@change:0, 404",
        "main@change:-1, 404",
        "main@change:999999999, 404",
        "main@2999-01-01, 404",
        "main@1999-01-01, 404",
        "main@1999-01-01T00:00:00Z, 404",
        "other@2026-11-01, 404",
        "main@2026-11-01@2026-11-01, 404",
    })
    void momentsThatAreNone(String warehouse, int status) {
        Answer answer = http.get("/v1/config?warehouse=" + CatalogClient.encode(warehouse));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.json().at("/error/message").asText())
                .contains(warehouse.substring(warehouse.indexOf('@') + 1));
        assertThat(http.get("/v1/" + CatalogClient.encode(warehouse) + "/namespaces")
                        .status())
                .isEqualTo(status);
    }

    @Test
    @Covers("every 403")
    void nothingCanBeChangedThen() {
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        String root = then(Instants.between());
        String inside = root + "/namespaces/" + namespace;
        List<Answer> answers = List.of(
                http.post(root + "/namespaces", Json.of("{'namespace':['new']}")),
                http.post(inside + "/properties", Json.of("{'updates':{'a':'b'}}")),
                http.delete(inside),
                http.post(inside + "/tables", Json.of("{'name':'new','schema':%s}", CatalogClient.SCHEMA)),
                http.post(
                        inside + "/tables",
                        Json.of("{'name':'new','stage-create':true,'schema':%s}", CatalogClient.SCHEMA)),
                http.post(inside + "/tables/t", Changes.set("a", "b")),
                http.post(inside + "/tables/t", Json.of("{'requirements':[],'updates':[]}")),
                http.delete(inside + "/tables/t"),
                http.post(root + "/tables/rename", CatalogClient.rename(namespace, "t", namespace, "u")),
                http.post(
                        root + "/transactions/commit",
                        Json.of("{'table-changes':[%s]}", Changes.set(namespace, "t", "a", "b"))),
                http.delete(inside + "/views/v"),
                http.post(root + "/views/rename", CatalogClient.rename(namespace, "v", namespace, "w")));
        for (Answer answer : answers) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
            assertThat(answer.json().at("/error/type").asText()).isEqualTo("ForbiddenException");
            assertThat(answer.json().at("/error/message").asText()).contains("main@change:");
        }
        assertThat(tables(client.root())).containsExactly("t");
    }

    @Test
    void whatCanComeBackIsToldByThePresent() {
        client.createTable(namespace, "t").expect(200);
        String then = then(Instants.between());
        Answer answer = http.get("/api/v1/catalogs/" + then.substring("/v1/".length()) + "/dropped");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.json().at("/error/message").asText())
                .matches("What can come back is to be asked of catalog main, not of its past: main@change:\\d+");
    }
}
