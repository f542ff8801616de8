package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.OwnNamespace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Views, as specified. */
class ViewsIT extends OwnNamespace {
    @Test
    @Covers({
        "createView",
        "createView 200",
        "loadView",
        "loadView 200",
        "listViews",
        "listViews 200",
        "viewExists",
        "viewExists 204",
        "renameView",
        "renameView 204",
        "dropView",
        "dropView 204"
    })
    void namesOfViews() {
        String other = Names.namespace(client);
        JsonNode created = client.createView(namespace, "v").expect(200).json();
        assertThat(http.get(client.view(namespace, "v")).expect(200).json()).isEqualTo(created);
        assertThat(CatalogClient.names(http.get(client.namespace(namespace) + "/views")))
                .containsExactly("v");
        http.head(client.view(namespace, "v")).expect(204);
        http.post(client.root() + "/views/rename", CatalogClient.rename(namespace, "v", other, "w"))
                .expect(204);
        http.head(client.view(namespace, "v")).expect(404);
        assertThat(http.get(client.view(other, "w")).expect(200).json().path("metadata"))
                .isEqualTo(created.path("metadata"));
        http.delete(client.view(other, "w")).expect(204);
        http.head(client.view(other, "w")).expect(404);
    }

    @Test
    @Covers({"replaceView", "replaceView 200", "replaceView 404", "replaceView 409"})
    void commitsToViews() {
        JsonNode created = client.createView(namespace, "v").expect(200).json();
        Map<String, ?> same = Map.of(
                "type",
                "assert-view-uuid",
                "uuid",
                created.at("/metadata/view-uuid").asText());
        JsonNode change = Json.value(
                Map.of("requirements", List.of(same), "updates", List.of(Changes.update("comment", "rare"))));
        assertThat(http.post(client.view(namespace, "v"), change)
                        .expect(200)
                        .json()
                        .at("/metadata/properties/comment")
                        .asText())
                .isEqualTo("rare");
        http.post(client.view(namespace, "x"), Changes.set("a", "b")).expect(404);
        http.delete(client.view(namespace, "v")).expect(204);
        client.createView(namespace, "v").expect(200);
        // Another view of the same name.
        http.post(client.view(namespace, "v"), change).expect(409);
    }

    @Test
    @Covers({"registerView", "registerView 200", "registerView 404", "registerView 409"})
    void register() {
        JsonNode created = client.createView(namespace, "v").expect(200).json();
        http.delete(client.view(namespace, "v")).expect(204);
        JsonNode register = Json.of(
                "{'name':'w','metadata-location':'%s'}",
                created.path("metadata-location").asText());
        http.post(client.namespace("missing") + "/register-view", register).expect(404);
        assertThat(http.post(client.namespace(namespace) + "/register-view", register)
                        .expect(200)
                        .json())
                .isEqualTo(http.get(client.view(namespace, "w")).expect(200).json());
        http.post(client.namespace(namespace) + "/register-view", register).expect(409);
    }
}
