package dev.firn.conformance.port.javaclient;

import static dev.firn.conformance.port.javaclient.JavaClient.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.view.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Views and namespaces through Apache's Java client. */
@ExtendWith(SharedServer.class)
class JavaViewsIT {
    private RESTCatalog catalog;
    private Namespace namespace;

    @BeforeEach
    void connect(FirnServer server) {
        catalog = JavaClient.connect(server);
        namespace = Namespace.of(Names.fresh("java"));
        catalog.createNamespace(namespace);
    }

    @AfterEach
    void disconnect() throws Exception {
        catalog.close();
    }

    @Test
    void createReplaceRenameDrop() {
        TableIdentifier name = TableIdentifier.of(namespace, "v");
        create(name, "select 1 as id");
        View view = catalog.loadView(name);
        view.replaceVersion()
                .withSchema(SCHEMA)
                .withDefaultNamespace(namespace)
                .withQuery("spark", "select 2 as id")
                .withQuery("duckdb", "select 2::bigint as id")
                .commit();
        view.updateProperties().set("comment", "two").commit();

        View loaded = catalog.loadView(name);
        assertThat(loaded.versions()).hasSize(2);
        assertThat(loaded.sqlFor("duckdb").sql()).isEqualTo("select 2::bigint as id");
        assertThat(loaded.properties()).containsEntry("comment", "two");

        TableIdentifier newName = TableIdentifier.of(namespace, "w");
        catalog.renameView(name, newName);
        assertThat(catalog.listViews(namespace)).containsExactly(newName);
        assertThat(catalog.viewExists(name)).isFalse();
        assertThat(catalog.dropView(newName)).isTrue();
        assertThat(catalog.dropView(newName)).isFalse();
    }

    private void create(TableIdentifier name, String sql) {
        catalog.buildView(name)
                .withSchema(SCHEMA)
                .withDefaultNamespace(namespace)
                .withQuery("spark", sql)
                .create();
    }

    @Test
    void nestedNamespaces() {
        Namespace child = Namespace.of(namespace.level(0), "child", "grand.child");
        catalog.createNamespace(Namespace.of(namespace.level(0), "child"));
        catalog.createNamespace(child, new HashMap<>(Map.of("a", "1")));
        assertThat(catalog.listNamespaces(Namespace.of(namespace.level(0), "child")))
                .containsExactly(child);
        catalog.setProperties(child, new HashMap<>(Map.of("b", "2")));
        catalog.removeProperties(child, new HashSet<>(Set.of("a")));
        assertThat(catalog.loadNamespaceMetadata(child)).containsEntry("b", "2").doesNotContainKey("a");
        catalog.createTable(TableIdentifier.of(child, "t"), SCHEMA);
        assertThat(catalog.tableExists(TableIdentifier.of(child, "t"))).isTrue();
        catalog.dropTable(TableIdentifier.of(child, "t"));
        assertThat(catalog.dropNamespace(child)).isTrue();
        assertThat(catalog.dropNamespace(child)).isFalse();
    }
}
