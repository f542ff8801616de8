package dev.firn.conformance.port.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that has a table need not be sent it again. */
@ExtendWith(SharedServer.class)
class FreshnessIT {
    @Test
    void unchangedTableIsNotSentAgain(CatalogClient client) {
        String namespace = Names.namespace(client);
        Answer created = client.createTable(namespace, "t").expect(200);
        Answer loaded = client.loadTable(namespace, "t").expect(200);
        String tag = loaded.header("ETag").orElseThrow();
        assertThat(created.header("ETag")).contains(tag);

        String path = client.table(namespace, "t");
        Answer again = client.http().get(path, "If-None-Match", tag).expect(304);
        assertThat(again.text()).isEmpty();
        assertThat(again.header("ETag").orElse(tag)).isEqualTo(tag);
        client.http().get(path, "If-None-Match", "\"other\"").expect(200);

        Answer committed = client.commit(namespace, "t", Changes.set("a", "b")).expect(200);
        Answer changed = client.http().get(path, "If-None-Match", tag).expect(200);
        assertThat(changed.header("ETag").orElseThrow()).isNotEqualTo(tag);
        assertThat(committed.header("ETag")).isEqualTo(changed.header("ETag"));
    }

    @Test
    void allSnapshotsAreTheDefault(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        String path = client.table(namespace, "t");
        Answer loaded = client.http().get(path).expect(200);
        Answer all = client.http().get(path + "?snapshots=all").expect(200);
        assertThat(all.header("ETag")).isEqualTo(loaded.header("ETag"));
        assertThat(all.text()).isEqualTo(loaded.text());
        assertThat(client.http().get(path + "?snapshots=nonsense").status()).isEqualTo(400);
    }

    @Test
    void onlyReferencedSnapshots(FirnServer server, CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        TableIdentifier name = TableIdentifier.of(Namespace.of(namespace), "t");
        long tagged;
        try (RESTCatalog catalog = JavaClient.connect(server)) {
            Table table = catalog.createTable(name, JavaClient.SCHEMA);
            table.newAppend().appendFile(JavaClient.file(table, "one")).commit();
            tagged = table.currentSnapshot().snapshotId();
            table.manageSnapshots().createTag("mark", tagged).commit();
            table.newAppend().appendFile(JavaClient.file(table, "two")).commit();
            table.newAppend().appendFile(JavaClient.file(table, "three")).commit();
        }
        String path = client.table(namespace, "t");
        Answer refs = client.http().get(path + "?snapshots=refs").expect(200);
        List<Long> ids = refs.json().at("/metadata/snapshots").findValuesAsText("snapshot-id").stream()
                .map(Long::valueOf)
                .toList();
        JsonNode full = client.http().get(path).expect(200).json();
        assertThat(ids)
                .containsExactlyInAnyOrder(
                        tagged, full.at("/metadata/current-snapshot-id").asLong());
        assertThat(full.at("/metadata/snapshots")).hasSize(3);
        String tag = refs.header("ETag").orElseThrow();
        client.http().get(path + "?snapshots=refs", "If-None-Match", tag).expect(304);
        // What was loaded in part does not count as the whole.
        client.http().get(path, "If-None-Match", tag).expect(200);
    }

    @Test
    void compressedOnRequest(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        client.commit(namespace, "t", Changes.set("long", "ice ".repeat(2000))).expect(200);
        String path = client.table(namespace, "t");
        Answer plain = client.http().get(path).expect(200);
        Answer compressed = client.http().get(path, "Accept-Encoding", "gzip").expect(200);
        assertThat(compressed.header("Content-Encoding")).contains("gzip");
        try (GZIPInputStream unzipped = new GZIPInputStream(
                new ByteArrayInputStream(compressed.response().body()))) {
            assertThat(unzipped.readAllBytes()).isEqualTo(plain.response().body());
        }
        String tag = compressed.header("ETag").orElseThrow();
        client.http().get(path, "Accept-Encoding", "gzip", "If-None-Match", tag).expect(304);
    }
}
