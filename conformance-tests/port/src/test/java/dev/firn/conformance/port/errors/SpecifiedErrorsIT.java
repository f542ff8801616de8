package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.OwnNamespace;
import dev.firn.conformance.port.specification.Covers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The errors that the specification names for well-formed requests. */
class SpecifiedErrorsIT extends OwnNamespace {
    @BeforeEach
    void prepare() {
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
    }

    @Test
    @Covers({
        "loadNamespaceMetadata 404",
        "dropNamespace 404",
        "listTables 404",
        "listViews 404",
        "listNamespaces 404",
        "updateProperties 404",
        "createTable 404",
        "createView 404",
        "renameTable 404"
    })
    void missingNamespace() {
        String missing = client.namespace("missing");
        String type = "NoSuchNamespaceException";
        ErrorModel.check(http.get(missing), 404, type);
        ErrorModel.check(http.delete(missing), 404, type);
        ErrorModel.check(http.get(missing + "/tables"), 404, type);
        ErrorModel.check(http.get(missing + "/views"), 404, type);
        ErrorModel.check(http.get(client.root() + "/namespaces?parent=missing"), 404, type);
        ErrorModel.check(http.post(missing + "/properties", "{\"updates\":{\"a\":\"b\"}}"), 404, type);
        ErrorModel.check(client.createTable("missing", "t"), 404, type);
        ErrorModel.check(client.createView("missing", "v"), 404, type);
        ErrorModel.check(rename("tables", "t", "missing", "t"), 404, type);
    }

    @Test
    @Covers({"loadTable 404", "dropTable 404", "updateTable 404", "loadView 404", "dropView 404", "renameView 404"})
    void missingTableAndView() {
        ErrorModel.check(client.loadTable(namespace, "x"), 404, "NoSuchTableException");
        ErrorModel.check(http.delete(client.table(namespace, "x")), 404, "NoSuchTableException");
        ErrorModel.check(client.commit(namespace, "x", Changes.set("a", "b")), 404, "NoSuchTableException");
        ErrorModel.check(rename("tables", "x", namespace, "y"), 404, "NoSuchTableException");
        ErrorModel.check(http.get(client.view(namespace, "x")), 404, "NoSuchViewException");
        ErrorModel.check(http.delete(client.view(namespace, "x")), 404, "NoSuchViewException");
        ErrorModel.check(rename("views", "x", namespace, "y"), 404, "NoSuchViewException");
        ErrorModel.check(client.loadTable(namespace, "v"), 404, "NoSuchTableException");
        ErrorModel.check(http.get(client.view(namespace, "t")), 404, "NoSuchViewException");
    }

    @Test
    @Covers({"createNamespace 409", "createTable 409", "createView 409", "renameTable 409", "renameView 409"})
    void alreadyThere() {
        String type = "AlreadyExistsException";
        ErrorModel.check(client.createNamespace(namespace), 409, type);
        ErrorModel.check(client.createTable(namespace, "t"), 409, type);
        ErrorModel.check(client.createView(namespace, "v"), 409, type);
        ErrorModel.check(client.createTable(namespace, "v"), 409, type);
        ErrorModel.check(client.createView(namespace, "t"), 409, type);
        client.createTable(namespace, "t2").expect(200);
        ErrorModel.check(rename("tables", "t2", namespace, "t"), 409, type);
        ErrorModel.check(rename("tables", "t2", namespace, "v"), 409, type);
        ErrorModel.check(rename("views", "v", namespace, "t"), 409, type);
    }

    @Test
    @Covers("dropNamespace 409")
    void namespaceNotEmpty() {
        ErrorModel.check(http.delete(client.namespace(namespace)), 409, "NamespaceNotEmptyException");
        http.delete(client.table(namespace, "t")).expect(204);
        ErrorModel.check(http.delete(client.namespace(namespace)), 409, "NamespaceNotEmptyException");
        http.delete(client.view(namespace, "v")).expect(204);
        client.createNamespace(namespace, "child").expect(200);
        ErrorModel.check(http.delete(client.namespace(namespace)), 409, "NamespaceNotEmptyException");
    }

    @Test
    @Covers("updateProperties 422")
    void samePropertyUpdatedAndRemoved() {
        ErrorModel.check(
                http.post(
                        client.namespace(namespace) + "/properties",
                        "{\"updates\":{\"a\":\"b\"},\"removals\":[\"a\"]}"),
                422);
    }

    @Test
    @Covers({"updateTable 409", "commitTransaction 409"})
    void requirementThatDoesNotHold() {
        Map<String, ?> other = Changes.sameTable("00000000-0000-0000-0000-000000000000");
        ErrorModel.check(
                client.commit(
                        namespace,
                        "t",
                        Json.value(
                                Map.of("requirements", List.of(other), "updates", List.of(Changes.update("a", "b"))))),
                409,
                "CommitFailedException");
        ErrorModel.check(
                client.transact(List.of(Changes.on(namespace, "t", List.of(other), List.of(Changes.update("a", "b"))))),
                409,
                "CommitFailedException");
    }

    @Test
    @Covers({"namespaceExists 404", "tableExists 404", "viewExists 404"})
    void existence() {
        http.head(client.namespace(namespace)).expect(204);
        http.head(client.table(namespace, "t")).expect(204);
        http.head(client.view(namespace, "v")).expect(204);
        assertThat(http.head(client.namespace("missing")).expect(404).text()).isEmpty();
        assertThat(http.head(client.table(namespace, "v")).expect(404).text()).isEmpty();
        assertThat(http.head(client.view(namespace, "t")).expect(404).text()).isEmpty();
    }

    private Answer rename(String kind, String name, String to, String newName) {
        return http.post(client.root() + "/" + kind + "/rename", CatalogClient.rename(namespace, name, to, newName));
    }
}
