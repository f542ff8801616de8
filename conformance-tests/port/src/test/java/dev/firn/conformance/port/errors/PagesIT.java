package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.specification.Covers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings in pages. */
@ExtendWith(SharedServer.class)
class PagesIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pageToken=nonsense",
                "pageToken=%F0%9F%A7%8A",
                "pageToken=-1",
                "pageToken=99999999999999999999",
                "pageToken=' or 1=1 --",
                "pageToken=&pageSize=0",
                "pageToken=&pageSize=-1",
                "pageToken=&pageSize=many",
                "pageToken=&pageSize=99999999999",
            })
    void refused(String query, CatalogClient client) {
        String namespace = Names.namespace(client);
        String encoded = query.replace(" ", "%20");
        ErrorModel.check(client.http().get(client.root() + "/namespaces?" + encoded), 400);
        for (String kind : List.of("tables", "views")) {
            ErrorModel.check(client.http().get(client.namespace(namespace) + "/" + kind + "?" + encoded), 400);
        }
    }

    @Test
    @Covers({
        "listNamespaces pageToken",
        "listNamespaces pageSize",
        "listTables pageToken",
        "listTables pageSize",
        "listViews pageToken",
        "listViews pageSize"
    })
    void everyNameOnce(CatalogClient client) {
        String namespace = Names.namespace(client);
        List<String> made = new ArrayList<>();
        for (int number = 0; number < 7; number++) {
            made.add("t" + number);
            client.createTable(namespace, "t" + number).expect(200);
            client.createView(namespace, "v" + number).expect(200);
            client.createNamespace(namespace, "n" + number).expect(200);
        }
        assertThat(pages(client, client.namespace(namespace) + "/tables?pageSize=3", "/identifiers"))
                .extracting(identifier -> identifier.get("name").asText())
                .containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages(client, client.namespace(namespace) + "/views?pageSize=1", "/identifiers"))
                .hasSize(7);
        assertThat(pages(client, client.root() + "/namespaces?pageSize=7&parent=" + namespace, "/namespaces"))
                .hasSize(7);
    }

    @Test
    void withoutTokenAllAtOnce(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "a").expect(200);
        client.createTable(namespace, "b").expect(200);
        assertThat(CatalogClient.names(client.http().get(client.namespace(namespace) + "/tables")))
                .containsExactlyInAnyOrder("a", "b");
    }

    private static List<JsonNode> pages(CatalogClient client, String path, String field) {
        List<JsonNode> all = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = client.http()
                    .get(path + "&pageToken=" + CatalogClient.encode(token))
                    .expect(200)
                    .json();
            page.at(field).forEach(all::add);
            token = page.path("next-page-token").asText("");
            token = token.equals("null") ? "" : token;
        } while (!token.isEmpty());
        return all;
    }
}
