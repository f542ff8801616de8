package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is acknowledged can be read: a client, and the server after its next start, find no metadata that their parser refuses. */
@ExtendWith(SharedServer.class)
class ReadableTablesIT {
    private final CatalogClient client;
    private final String n;
    private final RESTCatalog catalog;

    ReadableTablesIT(FirnServer server, CatalogClient client) {
        this.client = client;
        this.n = Names.namespace(client);
        this.catalog = JavaClient.connect(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        catalog.close();
    }

    private static Schema schema(Type type) {
        return new Schema(Types.NestedField.optional(1, "x", type));
    }

    /** As Spark's CREATE OR REPLACE TABLE does: the column of the same name keeps its number, the old partitioning stays in the list. */
    @Test
    void aTableIsNotReplacedByOneThatItsFormerPartitioningDoesNotFit() {
        TableIdentifier name = TableIdentifier.of(n, "replaced");
        Schema longs = schema(Types.LongType.get());
        catalog.buildTable(name, longs)
                .withPartitionSpec(
                        PartitionSpec.builderFor(longs).bucket("x", 4).build())
                .create();

        assertThatThrownBy(() -> catalog.buildTable(name, schema(Types.DoubleType.get()))
                        .replaceTransaction()
                        .commitTransaction())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("double");

        assertThat(catalog.loadTable(name).schema().findType("x")).isEqualTo(Types.LongType.get());
        // Where the former partitioning fits, or is of a column that is gone, it is replaced.
        catalog.buildTable(name, schema(Types.StringType.get()))
                .replaceTransaction()
                .commitTransaction();
        assertThat(catalog.loadTable(name).schema().findType("x")).isEqualTo(Types.StringType.get());
        catalog.buildTable(name, new Schema(Types.NestedField.optional(1, "y", Types.DoubleType.get())))
                .replaceTransaction()
                .commitTransaction();
        assertThat(catalog.loadTable(name).schema().findType("y")).isEqualTo(Types.DoubleType.get());
    }

    @Test
    void aTableIsNotMadeWithoutASchema() {
        JsonNode change =
                Changes.on(n, "bare", List.of(Map.of("type", "assert-create")), List.of(Changes.update("k", "v")));

        Answer answer =
                client.http().post(client.table(n, "bare"), change.toString()).expect(400);

        assertThat(answer.json().at("/error/message").asText()).contains("needs a schema", n + ".bare");
        client.loadTable(n, "bare").expect(404);
    }

    /** The partitioning came after the column had got its present type, and stays: files of it may be there. */
    @Test
    void aTableIsNotRestoredToASchemaThatItsPresentPartitioningDoesNotFit() {
        client.http()
                .post(
                        client.namespace(n) + "/tables",
                        "{\"name\":\"t\",\"schema\":%s,\"properties\":{\"format-version\":\"3\"}}"
                                .formatted(column("date")))
                .expect(200);
        long then = newestChange();
        client.commit(n, "t", Json.parse("""
                        {"requirements":[],"updates":[
                         {"action":"add-schema","schema":%s,"last-column-id":1},
                         {"action":"set-current-schema","schema-id":-1},
                         {"action":"add-spec","spec":{"spec-id":1,"fields":[
                          {"name":"d_hour","transform":"hour","source-id":1,"field-id":1000}]}},
                         {"action":"set-default-spec","spec-id":-1}]}""".formatted(column("timestamp")))).expect(200);

        client.http()
                .post("/api/v1/catalogs/main/restore-table", """
                        {"namespace":["%s"],"name":"t","at":"change:%d"}""".formatted(n, then))
                .expect(400);

        assertThat(catalog.loadTable(TableIdentifier.of(n, "t")).schema().findType("d"))
                .isEqualTo(Types.TimestampType.withoutZone());
    }

    private static String column(String type) {
        return "{\"type\":\"struct\",\"fields\":[{\"id\":1,\"name\":\"d\",\"required\":false,\"type\":\"" + type
                + "\"}]}";
    }

    private long newestChange() {
        long newest = 0;
        for (JsonNode page = changes(0); !page.isEmpty(); page = changes(newest)) {
            newest = page.get(page.size() - 1).get("change").asLong();
        }
        return newest;
    }

    private JsonNode changes(long after) {
        return client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                .expect(200)
                .json()
                .get("changes");
    }
}
