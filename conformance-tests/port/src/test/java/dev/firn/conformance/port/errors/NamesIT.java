package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are data: whatever a client may encode in a path, the server takes it back out. */
@ExtendWith(SharedServer.class)
class NamesIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "/lead",
                "trail/",
                "50%",
                "a%2Fb",
                "%",
                "%41",
                "back\\slash",
                "a.b",
                ".hidden",
                "a..b",
                "with space",
                " edge ",
                "plus+sign",
                "what?",
                "ha#sh",
                "semi;colon",
                "a:b",
                "a*b",
                "a|b",
                "quote\"s'",
                "<b>",
                "a&b=c",
                "~",
                "Gefrorn\u00e9s",
                "\u6c37\u6cb3",
                "\uD83E\uDDCA \uD83C\uDFD4\uFE0F",
                "CaseMatters",
                "select",
                "tables",
                "null",
                "-"
            })
    void roundTrip(String name, FirnServer server, CatalogClient client) {
        String namespace = Names.fresh("names ") + name;
        client.createNamespace(namespace).expect(200);
        client.createNamespace(namespace, name).expect(200);
        client.http().head(client.namespace(namespace, name)).expect(204);
        String parent = CatalogClient.encode(namespace);
        assertThat(client.http()
                        .get(client.root() + "/namespaces?parent=" + parent)
                        .expect(200)
                        .json()
                        .get("namespaces"))
                .isEqualTo(Json.value(List.of(List.of(namespace, name))));
        client.http().delete(client.namespace(namespace, name)).expect(204);

        client.createTable(namespace, name).expect(200);
        checkFile(client.loadTable(namespace, name), server);
        assertThat(CatalogClient.names(client.http().get(client.namespace(namespace) + "/tables")))
                .containsExactly(name);
        client.commit(namespace, name, Changes.set("key", name)).expect(200);
        assertThat(client.loadTable(namespace, name)
                        .expect(200)
                        .json()
                        .at("/metadata/properties/key")
                        .asText())
                .isEqualTo(name);
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename(namespace, name, namespace, name + "2"))
                .expect(204);
        client.http().head(client.table(namespace, name)).expect(404);
        client.http().delete(client.table(namespace, name + "2")).expect(204);

        client.createView(namespace, name).expect(200);
        checkFile(client.http().get(client.view(namespace, name)), server);
        assertThat(CatalogClient.names(client.http().get(client.namespace(namespace) + "/views")))
                .containsExactly(name);
        client.http().delete(client.view(namespace, name)).expect(204);
        client.http().delete(client.namespace(namespace)).expect(204);
        client.http().head(client.namespace(namespace)).expect(404);
    }

    private static void checkFile(Answer loaded, FirnServer server) {
        String location = loaded.expect(200).json().get("metadata-location").asText();
        assertThat(location).doesNotContain("/../", "/./");
        assertThat(Path.of(rawPath(location))).startsWith(server.data()).matches(Files::isRegularFile);
    }

    // Locations are plain text to Iceberg: what stands behind the scheme is the path.
    private static String rawPath(String location) {
        return location.replaceFirst("^file:(//)?", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "\u0000", "a\u0000b", "a\u001fb", "a\nb"})
    void namesThatNoPathCanHold(String name, CatalogClient client) {
        String namespace = Names.namespace(client);
        Answer table = client.createTable(namespace, name);
        if (table.status() == 200) {
            client.loadTable(namespace, name).expect(200);
        } else {
            ErrorModel.check(table, 400);
        }
        Answer nested = client.createNamespace(namespace, name);
        if (nested.status() == 200) {
            client.http().get(client.namespace(namespace, name)).expect(200);
        } else {
            ErrorModel.check(nested, 400);
        }
    }

    /** The levels of a namespace are kept joined: one with their separator in it would be taken for two, and nobody who asks for these be told. */
    @Test
    void aLevelIsNotTakenForTwo(CatalogClient client) {
        String parent = Names.namespace(client);
        client.createNamespace(parent, "b").expect(200);
        client.http()
                .post(
                        client.namespace(parent, "b") + "/tables",
                        "{\"name\":\"t\",\"schema\":" + CatalogClient.SCHEMA + "}")
                .expect(200);
        String table = client.namespace(parent, "b") + "/tables/t";
        String then = String.valueOf(ledger(client));
        client.http().post(table, Changes.set("key", "value")).expect(200);
        String loaded = client.http().get(table).expect(200).text();
        String joined = parent + "\u001fb";

        ErrorModel.check(
                client.http().post(client.root() + "/tables/rename", CatalogClient.rename(joined, "t", parent, "u")),
                400);
        ErrorModel.check(
                client.http().post(client.root() + "/views/rename", CatalogClient.rename(joined, "t", parent, "u")),
                400);
        ErrorModel.check(
                client.http()
                        .post(
                                "/api/v1/catalogs/main/restore-table",
                                Json.value(Map.of("namespace", List.of(joined), "name", "t", "at", "change:" + then))),
                400);
        assertThat(client.http().get(table).expect(200).text()).isEqualTo(loaded);

        client.http().delete(table).expect(204);
        ErrorModel.check(
                client.http()
                        .post(
                                "/api/v1/catalogs/main/undrop",
                                Json.value(Map.of(
                                        "namespace",
                                        List.of(joined),
                                        "name",
                                        "t",
                                        "to",
                                        Map.of("namespace", List.of(parent), "name", "u")))),
                400);
        client.http().get(table).expect(404);
    }

    private static long ledger(CatalogClient client) {
        long newest = 0;
        for (long after = -1; after != newest; ) {
            after = newest;
            newest = client.http()
                    .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                    .expect(200)
                    .json()
                    .get("next")
                    .asLong();
        }
        return newest;
    }

    @Test
    void longNames(FirnServer server, CatalogClient client) {
        String namespace = Names.namespace(client);
        for (int length : new int[] {200, 255, 300, 3000}) {
            String name = "\u00e9".repeat(length);
            Answer created = client.createTable(namespace, name);
            if (created.status() == 200) {
                checkFile(client.loadTable(namespace, name), server);
            } else {
                ErrorModel.check(created, 400);
            }
        }
    }

    @Test
    void namesThatDifferOnlyInCase(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "Ice").expect(200);
        client.createTable(namespace, "ice").expect(200);
        client.http()
                .delete(client.table(namespace, "Ice") + "?purgeRequested=true")
                .expect(204);
        client.loadTable(namespace, "ice").expect(200);
    }
}
