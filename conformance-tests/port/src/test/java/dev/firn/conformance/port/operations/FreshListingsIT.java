package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.OwnNamespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Listings are kept ready to be sent; what is listed is nevertheless never older than what was acknowledged. */
class FreshListingsIT extends OwnNamespace {
    private String path(String kind) {
        return client.namespace(namespace) + "/" + kind;
    }

    /** Whole and as a first page: both are kept, each by itself. */
    private List<String> listed(String kind) {
        List<String> all = CatalogClient.names(http.get(path(kind)));
        assertThat(CatalogClient.names(http.get(path(kind) + "?pageSize=100"))).isEqualTo(all);
        return all;
    }

    private List<String> below() {
        List<String> names = new ArrayList<>();
        http.get(client.root() + "/namespaces?parent=" + client.joined(namespace))
                .expect(200)
                .json()
                .get("namespaces")
                .forEach(levels -> names.add(levels.get(1).asText()));
        return names;
    }

    private void rename(String kind, String name, String to, String newName) {
        http.post(client.root() + "/" + kind + "/rename", CatalogClient.rename(namespace, name, to, newName))
                .expect(204);
    }

    @Test
    void everyChangeOfATablesNameIsListedAtOnce() {
        assertThat(listed("tables")).isEmpty();
        client.createTable(namespace, "a").expect(200);
        assertThat(listed("tables")).containsExactly("a");
        client.commit(namespace, "a", Changes.set("key", "value")).expect(200);
        assertThat(listed("tables")).containsExactly("a");
        rename("tables", "a", namespace, "b");
        assertThat(listed("tables")).containsExactly("b");
        http.delete(client.table(namespace, "b")).expect(204);
        assertThat(listed("tables")).isEmpty();
        http.post("/api/v1/catalogs/main/undrop", Json.value(Map.of("namespace", List.of(namespace), "name", "b")))
                .expect(200);
        assertThat(listed("tables")).containsExactly("b");
        String location = http.post(client.table(namespace, "b") + "/unregister", "{}")
                .expect(200)
                .json()
                .get("metadata-location")
                .asText();
        assertThat(listed("tables")).isEmpty();
        http.post(
                        client.namespace(namespace) + "/register",
                        Json.value(Map.of("name", "c", "metadata-location", location)))
                .expect(200);
        assertThat(listed("tables")).containsExactly("c");
        http.delete(client.table(namespace, "c") + "?purgeRequested=true").expect(204);
        assertThat(listed("tables")).isEmpty();
    }

    @Test
    void aTableThatMovesIsListedInItsNewNamespaceOnly() {
        String other = Names.namespace(client);
        client.createTable(namespace, "a").expect(200);
        assertThat(listed("tables")).containsExactly("a");
        assertThat(CatalogClient.names(http.get(client.namespace(other) + "/tables")))
                .isEmpty();

        rename("tables", "a", other, "a");

        assertThat(listed("tables")).isEmpty();
        assertThat(CatalogClient.names(http.get(client.namespace(other) + "/tables")))
                .containsExactly("a");
    }

    @Test
    void everyChangeOfAViewsNameIsListedAtOnce() {
        assertThat(listed("views")).isEmpty();
        client.createView(namespace, "v").expect(200);
        client.createTable(namespace, "t").expect(200);
        assertThat(listed("views")).containsExactly("v");
        assertThat(listed("tables")).containsExactly("t");
        rename("views", "v", namespace, "w");
        assertThat(listed("views")).containsExactly("w");
        http.delete(client.view(namespace, "w")).expect(204);
        assertThat(listed("views")).isEmpty();
    }

    @Test
    void namespacesThatComeAndGoAreListedAtOnce() {
        assertThat(below()).isEmpty();
        client.createNamespace(namespace, "x", "y").expect(200);
        assertThat(below()).containsExactly("x");
        http.delete(client.namespace(namespace, "x", "y")).expect(204);
        http.delete(client.namespace(namespace, "x")).expect(204);
        assertThat(below()).isEmpty();
        assertThat(listed("tables")).isEmpty();
        http.delete(client.namespace(namespace)).expect(204);
        http.get(path("tables")).expect(404);
        http.get(client.root() + "/namespaces?parent=" + client.joined(namespace))
                .expect(404);
        client.createNamespace(namespace).expect(200);
        assertThat(listed("tables")).isEmpty();
    }

    @Test
    void aPageIsCompressedForThoseWhoTakeThat() throws IOException {
        for (int number = 10; number < 50; number++) {
            client.createTable(namespace, "table-with-a-long-name-" + number).expect(200);
        }
        Answer plain = http.get(path("tables")).expect(200);
        Answer compressed = http.get(path("tables"), "Accept-Encoding", "gzip").expect(200);

        assertThat(plain.response().headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(compressed.response().headers().firstValue("Content-Encoding"))
                .hasValue("gzip");
        try (GZIPInputStream stream = new GZIPInputStream(
                new ByteArrayInputStream(compressed.response().body()))) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(new String(plain.response().body(), StandardCharsets.UTF_8));
        }
    }

    /** Others list all the time, so that whatever they may keep too long is there to be found. */
    @Test
    void whoCreatedOrDroppedATableSeesItWhileOthersList() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                readers.add(threads.submit(() -> {
                    while (!done.get()) {
                        http.get(path("tables")).expect(200);
                    }
                }));
            }
            List<Callable<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                String name = "w" + writer;
                writers.add(() -> {
                    for (int round = 0; round < 40; round++) {
                        client.createTable(namespace, name).expect(200);
                        assertThat(CatalogClient.names(http.get(path("tables"))))
                                .contains(name);
                        http.delete(client.table(namespace, name)).expect(204);
                        assertThat(CatalogClient.names(http.get(path("tables"))))
                                .doesNotContain(name);
                    }
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        assertThat(listed("tables")).isEmpty();
    }
}
