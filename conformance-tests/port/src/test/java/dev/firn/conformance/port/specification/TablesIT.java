package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.OwnNamespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables and transactions, as specified. */
class TablesIT extends OwnNamespace {
    private static final String DELEGATION = "X-Iceberg-Access-Delegation";

    @Test
    @Covers({
        "createTable",
        "createTable 200",
        "createTable ETag",
        "loadTable",
        "loadTable 200",
        "loadTable ETag",
        "loadTable If-None-Match",
        "loadTable 304",
        "updateTable",
        "updateTable 200",
        "updateTable ETag"
    })
    void tagsOfChangesAreThoseOfTheLoadsThatFollow() {
        Answer created = client.createTable(namespace, "t").expect(200);
        Answer loaded = client.loadTable(namespace, "t").expect(200);
        assertThat(loaded.json()).isEqualTo(created.json());
        assertThat(loaded.header("ETag")).isPresent().isEqualTo(created.header("ETag"));
        String known = loaded.header("ETag").orElseThrow();
        http.get(client.table(namespace, "t"), "If-None-Match", known).expect(304);
        http.get(client.table(namespace, "t"), "If-None-Match", "\"other\", " + known)
                .expect(304);
        Answer committed = client.commit(namespace, "t", Changes.set("a", "b")).expect(200);
        Answer changed =
                http.get(client.table(namespace, "t"), "If-None-Match", known).expect(200);
        assertThat(changed.header("ETag"))
                .isPresent()
                .isEqualTo(committed.header("ETag"))
                .isNotEqualTo(loaded.header("ETag"));
        assertThat(changed.json().path("metadata")).isEqualTo(committed.json().path("metadata"));
    }

    /** {@code If-None-Match} is about loads: a change that was done is answered as done. */
    @Test
    void changesAreAnsweredWhateverTheClientHas() {
        byte[] create = ("{\"name\":\"t\",\"schema\":" + CatalogClient.SCHEMA + "}").getBytes(StandardCharsets.UTF_8);
        http.send("POST", client.namespace(namespace) + "/tables", create, "If-None-Match", "*")
                .expect(200);
        byte[] commit = Changes.set("a", "b").toString().getBytes(StandardCharsets.UTF_8);
        http.send("POST", client.table(namespace, "t"), commit, "If-None-Match", "*")
                .expect(200);
    }

    @Test
    @Covers({"loadTable snapshots"})
    void snapshotsThatAreLoaded() {
        client.createTable(namespace, "t").expect(200);
        Answer all = client.loadTable(namespace, "t").expect(200);
        Answer named = http.get(client.table(namespace, "t") + "?snapshots=all").expect(200);
        Answer referenced =
                http.get(client.table(namespace, "t") + "?snapshots=refs").expect(200);
        assertThat(named.header("ETag")).isEqualTo(all.header("ETag"));
        assertThat(referenced.header("ETag")).isNotEqualTo(all.header("ETag"));
        http.get(client.table(namespace, "t") + "?snapshots=some").expect(400);
    }

    @Test
    @Covers({
        "loadTable X-Iceberg-Access-Delegation",
        "createTable X-Iceberg-Access-Delegation",
        "registerTable X-Iceberg-Access-Delegation"
    })
    void foldersNeedNoDelegation() {
        for (String mechanism : List.of("vended-credentials", "remote-signing", "vended-credentials,remote-signing")) {
            String name = Names.fresh("t");
            byte[] create = ("{\"name\":\"" + name + "\",\"schema\":" + CatalogClient.SCHEMA + "}")
                    .getBytes(StandardCharsets.UTF_8);
            JsonNode created = noCredentials(
                    http.send("POST", client.namespace(namespace) + "/tables", create, DELEGATION, mechanism));
            JsonNode loaded = noCredentials(http.get(client.table(namespace, name), DELEGATION, mechanism));
            assertThat(loaded).isEqualTo(created);
            http.delete(client.table(namespace, name)).expect(204);
            byte[] register = register(name, loaded).toString().getBytes(StandardCharsets.UTF_8);
            JsonNode registered = noCredentials(
                    http.send("POST", client.namespace(namespace) + "/register", register, DELEGATION, mechanism));
            assertThat(registered.path("metadata")).isEqualTo(created.path("metadata"));
        }
    }

    private static JsonNode noCredentials(Answer answer) {
        JsonNode json = answer.expect(200).json();
        assertThat(json.path("storage-credentials")).isEmpty();
        assertThat(json.path("config")).isEmpty();
        return json;
    }

    @Test
    @Covers({
        "listTables",
        "listTables 200",
        "tableExists",
        "tableExists 204",
        "renameTable",
        "renameTable 204",
        "dropTable",
        "dropTable 204"
    })
    void namesOfTables() {
        String other = Names.namespace(client);
        client.createTable(namespace, "b").expect(200);
        client.createTable(namespace, "a").expect(200);
        assertThat(http.get(client.namespace(namespace) + "/tables")
                        .expect(200)
                        .json()
                        .path("identifiers"))
                .isEqualTo(Json.of("[{'namespace':['%1$s'],'name':'a'},{'namespace':['%1$s'],'name':'b'}]", namespace));
        http.head(client.table(namespace, "a")).expect(204);
        http.post(client.root() + "/tables/rename", CatalogClient.rename(namespace, "a", other, "c"))
                .expect(204);
        http.head(client.table(namespace, "a")).expect(404);
        http.head(client.table(other, "c")).expect(204);
        http.delete(client.table(other, "c")).expect(204);
        http.head(client.table(other, "c")).expect(404);
    }

    @Test
    @Covers({"dropTable purgeRequested"})
    void purge() {
        long start = newest();
        client.createTable(namespace, "t").expect(200);
        http.delete(client.table(namespace, "t") + "?purgeRequested=perhaps").expect(400);
        http.head(client.table(namespace, "t")).expect(204);
        http.delete(client.table(namespace, "t") + "?purgeRequested=true").expect(204);
        client.createTable(namespace, "t").expect(200);
        http.delete(client.table(namespace, "t") + "?purgeRequested=false").expect(204);
        assertThat(http.get("/api/v1/catalogs/main/changes?after=" + start)
                        .expect(200)
                        .json()
                        .path("changes"))
                .extracting(change -> change.path("operation").asText())
                .containsExactly("create-table", "purge-table", "create-table", "drop-table");
    }

    /** The number of the newest change. */
    private long newest() {
        long newest = 0;
        JsonNode page;
        do {
            page = http.get("/api/v1/catalogs/main/changes?limit=1000&after=" + newest)
                    .expect(200)
                    .json();
            newest = page.path("next").asLong();
        } while (!page.path("changes").isEmpty());
        return newest;
    }

    @Test
    @Covers({
        "unregisterTable",
        "unregisterTable 200",
        "unregisterTable 404",
        "registerTable",
        "registerTable 200",
        "registerTable 404",
        "registerTable 409",
        "registerTable ETag"
    })
    void unregisterAndRegister() {
        client.createTable(namespace, "t").expect(200);
        JsonNode last = http.send("POST", client.table(namespace, "t") + "/unregister", new byte[0])
                .expect(200)
                .json();
        http.send("POST", client.table(namespace, "t") + "/unregister", new byte[0])
                .expect(404);
        http.post(client.namespace("missing") + "/register", register("t", last))
                .expect(404);
        Answer registered = http.post(client.namespace(namespace) + "/register", register("t", last))
                .expect(200);
        Answer loaded = client.loadTable(namespace, "t").expect(200);
        assertThat(registered.header("ETag")).isPresent().isEqualTo(loaded.header("ETag"));
        assertThat(registered.json()).isEqualTo(loaded.json());
        http.post(client.namespace(namespace) + "/register", register("t", last))
                .expect(409);
        client.commit(namespace, "t", Changes.set("a", "b")).expect(200);
        String overwrite = register("t", last).toString().replaceFirst("\\{", "{\"overwrite\":true,");
        http.post(client.namespace(namespace) + "/register", overwrite).expect(200);
        assertThat(client.loadTable(namespace, "t")
                        .json()
                        .at("/metadata/properties/a")
                        .isMissingNode())
                .isTrue();
    }

    private static JsonNode register(String name, JsonNode loaded) {
        return Json.of(
                "{'name':'%s','metadata-location':'%s'}",
                name, loaded.path("metadata-location").asText());
    }

    @Test
    @Covers({"commitTransaction", "commitTransaction 204", "commitTransaction 404"})
    void severalTables() {
        client.createTable(namespace, "t").expect(200);
        client.createTable(namespace, "u").expect(200);
        client.transact(List.of(Changes.set(namespace, "t", "a", "1"), Changes.set(namespace, "u", "a", "1")))
                .expect(204);
        client.transact(List.of(Changes.set(namespace, "t", "a", "2"), Changes.set(namespace, "x", "a", "2")))
                .expect(404);
        for (String table : List.of("t", "u")) {
            assertThat(client.loadTable(namespace, table)
                            .json()
                            .at("/metadata/properties/a")
                            .asText())
                    .isEqualTo("1");
        }
    }
}
