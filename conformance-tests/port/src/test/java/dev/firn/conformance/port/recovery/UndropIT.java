package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.Together;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was dropped comes back: the same object, with its history. */
@ExtendWith(SharedServer.class)
class UndropIT {
    private static final String DROPPED = "/api/v1/catalogs/main/dropped";
    private static final String UNDROP = "/api/v1/catalogs/main/undrop";

    @TempDir
    private Path folder;

    private final CatalogClient client;
    private final String n;

    UndropIT(CatalogClient client) {
        this.client = client;
        this.n = Names.namespace(client);
    }

    private JsonNode table(String name) {
        client.createTable(n, name).expect(200);
        client.commit(n, name, Changes.set("note", name)).expect(200);
        return client.loadTable(n, name).expect(200).json();
    }

    private void drop(String name, String query) {
        client.http().delete(client.table(n, name) + query).expect(204);
    }

    private Answer undrop(String name, String more) {
        return client.http().post(UNDROP, Json.of("{'namespace':['" + n + "'],'name':'" + name + "'" + more + "}"));
    }

    /** Of this test. */
    private List<JsonNode> dropped() {
        List<JsonNode> rows = new ArrayList<>();
        String path = "/api/v1/catalogs/main/dropped?limit=2";
        for (JsonNode page = client.http().get(path).expect(200).json();
                ;
                page = client.http()
                        .get(path + "&before=" + page.get("next"))
                        .expect(200)
                        .json()) {
            page.get("dropped").forEach(rows::add);
            assertThat(page.get("dropped").size()).isLessThanOrEqualTo(2);
            if (!page.has("next")) {
                rows.removeIf(row -> !row.at("/namespace/0").asText().equals(n));
                return rows;
            }
        }
    }

    /** Of this test. */
    private JsonNode newestChange() {
        JsonNode newest = null;
        for (long after = 0; ; ) {
            JsonNode page = client.http()
                    .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                    .expect(200)
                    .json();
            for (JsonNode change : page.get("changes")) {
                if (change.at("/namespace/0").asText().equals(n)) {
                    newest = change;
                }
            }
            if (page.get("changes").isEmpty()) {
                return newest;
            }
            after = page.get("next").asLong();
        }
    }

    @Test
    void aMistypedFieldIsRefused() {
        table("t");
        drop("t", "");
        for (String field : List.of(",'chnage':1", ",'To':{'namespace':['n'],'name':'u'}")) {
            undrop("t", field).expect(400);
            client.http()
                    .post(
                            "/api/v1/catalogs/main/restore-table",
                            Json.of("{'namespace':['" + n + "'],'name':'t','at':'change:1'" + field + "}"))
                    .expect(400);
        }
        assertThat(undrop("t", ",'to':{'namespace':['" + n + "'],'name':'u','nmae':'v'}")
                        .expect(400)
                        .text())
                .contains("Unknown field: to.nmae");
        assertThat(dropped()).hasSize(1);
    }

    /** Taken for a whole one, it would bring back something else than was meant. */
    @Test
    void onlyAWholeNumberIsAChange() {
        table("t");
        drop("t", "");
        long drop = newestChange().get("change").asLong();
        for (String change :
                List.of(drop + ".9", drop + ".0", "'" + drop + "'", "''", "true", "99999999999999999999")) {
            assertThat(undrop("t", ",'change':" + change)
                            .expect(400)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains("change must be a whole number, not ", change.replace('\'', '"'));
        }
        undrop("t", ",'change':" + drop).expect(200);
    }

    @Test
    void onlyTrueMakesTheNamespaceAgain() {
        table("t");
        drop("t", "");
        for (String flag : List.of("''", "'true'", "1", "0", "[]")) {
            assertThat(undrop("t", ",'create-namespace':" + flag)
                            .expect(400)
                            .json()
                            .at("/error/message")
                            .asText())
                    .contains("create-namespace must be true or false");
        }
        undrop("t", ",'create-namespace':null").expect(200);
    }

    @Test
    void aTableComesBackAsItWasAndGoesOn() {
        JsonNode before = table("t");
        drop("t", "");
        client.loadTable(n, "t").expect(404);
        long drop = newestChange().get("change").asLong();

        JsonNode answer = undrop("t", "").expect(200).json();

        assertThat(client.loadTable(n, "t").expect(200).json()).isEqualTo(before);
        assertThat(answer.get("uuid")).isEqualTo(before.at("/metadata/table-uuid"));
        assertThat(answer.get("metadata-location")).isEqualTo(before.get("metadata-location"));
        JsonNode change = newestChange();
        assertThat(change.get("operation").asText()).isEqualTo("undrop-table");
        assertThat(change.get("change")).isEqualTo(answer.get("change"));
        assertThat(change.get("metadata-location")).isEqualTo(before.get("metadata-location"));
        assertThat(change.at("/detail/dropped").asLong()).isEqualTo(drop);
        assertThat(dropped()).isEmpty();
        // It is not there in the past in which it was dropped, and goes on in the present.
        client.http()
                .get("/v1/main%40change:" + drop + "/namespaces/" + n + "/tables/t")
                .expect(404);
        client.commit(n, "t", Changes.set("more", "yes")).expect(200);
        undrop("t", "").expect(404);
    }

    @Test
    void aPurgedOneToo() {
        JsonNode before = table("t");
        drop("t", "?purgeRequested=true");
        assertThat(dropped()).singleElement().satisfies(row -> {
            assertThat(row.get("purge-requested").asBoolean()).isTrue();
            assertThat(row.get("name").asText()).isEqualTo("t");
            assertThat(row.get("principal").asText()).isEqualTo("anonymous");
            assertThat(Instant.parse(row.get("until").asText()))
                    .isEqualTo(Instant.parse(row.get("at").asText()).plus(Duration.ofDays(7)));
        });

        undrop("t", "").expect(200);

        assertThat(client.loadTable(n, "t").expect(200).json()).isEqualTo(before);
    }

    @Test
    void aViewToo() {
        client.createView(n, "v").expect(200);
        JsonNode before = client.http().get(client.view(n, "v")).expect(200).json();
        client.http().delete(client.view(n, "v")).expect(204);

        assertThat(undrop("v", "").expect(200).json().get("kind").asText()).isEqualTo("view");

        assertThat(client.http().get(client.view(n, "v")).expect(200).json()).isEqualTo(before);
        assertThat(newestChange().get("operation").asText()).isEqualTo("undrop-view");
    }

    @Test
    void ofSeveralTheLastOrTheOneThatIsNamed() {
        JsonNode first = table("t");
        drop("t", "");
        JsonNode second = table("t");
        drop("t", "");
        JsonNode third = table("t");
        List<JsonNode> rows = dropped();
        assertThat(rows)
                .extracting(row -> row.get("uuid"))
                .containsExactly(second.at("/metadata/table-uuid"), first.at("/metadata/table-uuid"));

        assertThat(undrop("t", "").expect(409).text()).contains(n + ".t", "another name");
        undrop("t", ",'to':{'namespace':['" + n + "'],'name':'second'}").expect(200);
        String ofFirst = ",'change':" + rows.get(1).get("change");
        undrop("t", ofFirst + ",'to':{'namespace':['" + n + "'],'name':'first'}")
                .expect(200);

        assertThat(client.loadTable(n, "second").expect(200).json()).isEqualTo(second);
        assertThat(client.loadTable(n, "first").expect(200).json()).isEqualTo(first);
        assertThat(client.loadTable(n, "t").expect(200).json()).isEqualTo(third);
        JsonNode change = newestChange();
        assertThat(change.get("metadata-location")).isEqualTo(first.get("metadata-location"));
        assertThat(change.at("/detail/dropped-as/name").asText()).isEqualTo("t");
        undrop("t", ofFirst).expect(404);
    }

    /** What was dropped after it is there under another name, and is no answer to what can come back. */
    @Test
    void theLastThatHasNoOtherName() {
        JsonNode first = table("t");
        drop("t", "");
        JsonNode second = table("t");
        client.http()
                .post(
                        client.namespace(n) + "/register",
                        Json.of(
                                "{'name':'twin','metadata-location':'%s'}",
                                second.get("metadata-location").asText()))
                .expect(200);
        drop("t", "");

        assertThat(undrop("t", "").expect(200).json().get("uuid")).isEqualTo(first.at("/metadata/table-uuid"));

        drop("t", "?purgeRequested=true");
        undrop("t", "").expect(200);
        client.http().post(client.namespace(n) + "/tables/t/unregister", "{}").expect(200);
        assertThat(undrop("t", "").expect(409).text()).contains("has not gone, its name is " + n + ".twin now");
    }

    @Test
    void intoANamespaceThatHasGone() {
        client.http()
                .post(
                        client.root() + "/namespaces",
                        Json.of("{'namespace':['%s','inner'],'properties':{'owner':'x'}}", n))
                .expect(200);
        client.http()
                .post(
                        client.namespace(n, "inner") + "/tables",
                        "{\"name\":\"t\",\"schema\":" + CatalogClient.SCHEMA + "}")
                .expect(200);
        client.http().delete(client.namespace(n, "inner") + "/tables/t").expect(204);
        client.http().delete(client.namespace(n, "inner")).expect(204);
        client.http().delete(client.namespace(n)).expect(204);
        String name = "{'namespace':['" + n + "','inner'],'name':'t'";

        assertThat(client.http().post(UNDROP, Json.of(name + "}")).expect(404).text())
                .contains("NoSuchNamespaceException", "create-namespace");
        client.http().post(UNDROP, Json.of(name + ",'create-namespace':true}")).expect(200);

        client.http().get(client.namespace(n, "inner") + "/tables/t").expect(200);
        assertThat(client.http()
                        .get(client.namespace(n, "inner"))
                        .json()
                        .at("/properties/owner")
                        .asText())
                .isEqualTo("x");
    }

    /** It is made if need be: also if it was there when somebody looked, and has gone since. */
    @Test
    void theNamespaceIsDroppedAndMadeMeanwhile() throws Exception {
        client.createNamespace(n, "inner").expect(200);
        String tables = client.namespace(n, "inner") + "/tables";
        client.http()
                .post(tables, "{\"name\":\"t\",\"schema\":" + CatalogClient.SCHEMA + "}")
                .expect(200);
        AtomicBoolean ended = new AtomicBoolean();
        List<Callable<Integer>> work = new ArrayList<>();
        work.add(() -> {
            try {
                for (int i = 0; i < 40; i++) {
                    client.http().delete(tables + "/t").expect(204);
                    client.http()
                            .post(
                                    UNDROP,
                                    Json.of("{'namespace':['" + n + "','inner'],'name':'t','create-namespace':true}"))
                            .expect(200);
                }
                return 0;
            } finally {
                ended.set(true);
            }
        });
        for (int i = 0; i < 2; i++) {
            work.add(() -> {
                while (!ended.get()) {
                    client.http().delete(client.namespace(n, "inner"));
                    client.createNamespace(n, "inner");
                }
                return 0;
            });
        }
        Together.run(work);
        client.http().get(tables + "/t").expect(200);
    }

    @Test
    void whoseFilesAreGone() throws Exception {
        JsonNode table = table("t");
        drop("t", "");
        Path metadata = Path.of(URI.create(table.get("metadata-location").asText()));
        byte[] content = Files.readAllBytes(metadata);
        Files.delete(metadata);
        JsonNode before = newestChange();

        assertThat(undrop("t", "").expect(404).text()).contains("files are gone", metadata.toString());

        assertThat(newestChange()).isEqualTo(before);
        Files.write(metadata, content);
        undrop("t", "").expect(200);
    }

    @Test
    void notWhatLivesOnElsewhere() {
        JsonNode unregistered = table("u");
        client.http().post(client.table(n, "u") + "/unregister", "{}").expect(200);
        undrop("u", "").expect(404);

        String location = table("t").get("metadata-location").asText();
        drop("t", "");
        client.http()
                .post(client.namespace(n) + "/register", Json.of("{'name':'again','metadata-location':'%s'}", location))
                .expect(200);
        assertThat(undrop("t", "").expect(409).text()).contains(n + ".again");
        assertThat(unregistered.get("metadata-location").asText()).isNotEqualTo(location);
    }

    @Test
    void onceHoweverManyAsk() throws Exception {
        table("t");
        drop("t", "");
        List<Callable<Integer>> requests =
                Collections.nCopies(8, () -> undrop("t", "").status());
        List<Integer> statuses = Together.run(requests);
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status != 200).allMatch(status -> status == 404 || status == 409);
    }

    @Test
    void badRequestsChangeNothing() {
        table("t");
        drop("t", "");
        JsonNode before = newestChange();
        client.http().post(UNDROP, "{}").expect(400);
        client.http().post(UNDROP, "[]").expect(400);
        client.http().post(UNDROP, "{\"namespace\":[],\"name\":\"t\"}").expect(400);
        client.http()
                .post(UNDROP, "{\"namespace\":\"" + n + "\",\"name\":\"t\"}")
                .expect(400);
        undrop("t", ",'change':'x'").expect(400);
        undrop("t", ",'change':" + before.get("change") + "0").expect(404);
        undrop("t", ",'to':{'name':'x'}").expect(400);
        assertThat(undrop("other", ",'change':" + before.get("change"))
                        .expect(400)
                        .text())
                .contains(n + ".t", n + ".other");
        client.http()
                .post(
                        "/api/v1/catalogs/main%40change:" + before.get("change") + "/undrop",
                        Json.of("{'namespace':['%s'],'name':'t'}", n))
                .expect(403);
        client.http().get("/api/v1/catalogs/main/dropped?limit=0").expect(400);
        client.http().get("/api/v1/catalogs/main/dropped?before=x").expect(400);
        assertThat(newestChange()).isEqualTo(before);
    }

    @Test
    void aListSaysUntilWhen() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data, Map.of("FIRN_PURGE_AFTER", "2d"))) {
            CatalogClient own = server.client();
            own.createNamespace("n").expect(200);
            for (String name : List.of("kept", "purged")) {
                own.createTable("n", name).expect(200);
            }
            own.http().delete(own.table("n", "kept")).expect(204);
            own.http().delete(own.table("n", "purged") + "?purgeRequested=true").expect(204);
            JsonNode rows = own.http().get(DROPPED).expect(200).json().get("dropped");
            assertThat(rows.get(1).has("until")).isFalse();
            Instant until = Instant.parse(rows.get(0).get("at").asText()).plus(Duration.ofDays(2));

            List<String> lines = list(data);

            assertThat(lines.get(0)).contains("n.purged").endsWith("can come back until " + until);
            assertThat(lines.get(1)).contains("n.kept").endsWith("can come back at any time");
        }
        // A command by itself deletes nothing, and does not know the setting of the next server.
        assertThat(list(data).get(0)).contains("n.purged").endsWith("until a server runs again and its time is over");
        assertThat(list(data).get(1)).endsWith("can come back at any time");
    }

    @Test
    void aNameForgesNoLineAndComesBackAsItIsShown() {
        Path data = folder.resolve("data");
        String name = "t\n2026-01-01 \u001b[2J\\\"x";
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient own = server.client();
            own.createNamespace("n").expect(200);
            own.createTable("n", name).expect(200);
            own.http().delete(own.table("n", name)).expect(204);
        }
        String shown = "n.\"t\\n2026-01-01 \\u001b[2J\\\\\"\"x\"";

        assertThat(list(data)).singleElement().asString().contains("  " + shown + "  (by ");

        assertThat(firn("undrop", shown, "--data", data.toString()).expectDone().out())
                .contains("table " + shown + " is back");
        assertThat(list(data)).isEmpty();
    }

    /** Registered a second time, it is not gone. */
    @Test
    void whatHasAnotherNameIsNotListed() {
        JsonNode table = table("a");
        client.http()
                .post(
                        "/v1/namespaces/" + n + "/register",
                        Json.of(
                                "{'name':'b','metadata-location':'%s'}",
                                table.get("metadata-location").asText()))
                .expect(200);
        drop("a", "");
        long drop = newestChange().get("change").asLong();

        assertThat(dropped()).isEmpty();
        assertThat(undrop("a", "").expect(409).text()).contains("has not gone", n + ".b");
        assertThat(undrop("a", ",'change':" + drop).expect(409).text()).contains("has not gone", n + ".b");

        drop("b", "");
        assertThat(dropped()).extracting(row -> row.get("name").asText()).containsExactly("b", "a");
        undrop("b", "").expect(200);
        assertThat(dropped()).isEmpty();
    }

    private List<String> list(Path data) {
        return firn("dropped", "--data", data.toString())
                .expectDone()
                .out()
                .lines()
                .toList();
    }

    @Test
    void listedInPages() {
        for (int i = 0; i < 5; i++) {
            table("t" + i);
            drop("t" + i, "");
        }
        assertThat(dropped()).extracting(row -> row.get("name").asText()).containsExactly("t4", "t3", "t2", "t1", "t0");
    }

    @Test
    void byCommandWithAndWithoutAServerAndAcrossAKill() {
        Path data = folder.resolve("data");
        JsonNode before;
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient own = server.client();
            own.createNamespace("n").expect(200);
            own.createTable("n", "t").expect(200);
            before = own.loadTable("n", "t").json();
            own.http().delete(own.table("n", "t") + "?purgeRequested=true").expect(204);

            assertThat(firn("undrop", "n.t", "--data", data.toString())
                            .expectDone()
                            .out())
                    .contains("table n.t is back");

            assertThat(own.loadTable("n", "t").expect(200).json()).isEqualTo(before);
            own.http().delete(own.table("n", "t")).expect(204);
            server.process().kill();
        }
        firn("undrop", "n.t", "--to", "n.\"t.2\"", "--data", data.toString()).expectDone();
        assertThat(firn("undrop", "n.t", "--data", data.toString()).expectFailure())
                .contains("n.t");
        assertThat(firn("undrop", "t", "--data", data.toString()).exitCode()).isEqualTo(2);
        try (FirnServer again = FirnServer.start(data)) {
            JsonNode back = again.client().loadTable("n", "t.2").expect(200).json();
            assertThat(back.get("metadata")).isEqualTo(before.get("metadata"));
        }
    }

    private FirnCommand firn(String... arguments) {
        return FirnCommand.run(folder, arguments);
    }
}
