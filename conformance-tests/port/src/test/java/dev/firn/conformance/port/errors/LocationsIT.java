package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.Views;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is read or written outside the warehouse, whichever way its place is given. */
@ExtendWith(SharedServer.class)
class LocationsIT {
    private static final String OUTSIDE = "firn-outside";

    private FirnServer server;
    private CatalogClient client;
    private String namespace;

    @BeforeEach
    void prepare(FirnServer server, CatalogClient client) {
        this.server = server;
        this.client = client;
        this.namespace = Names.namespace(client);
    }

    /** {@code W} stands for the warehouse's folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/firn-outside",
                "file:/etc/firn-outside",
                "file:///etc/firn-outside",
                "file://localhost/etc/firn-outside",
                "FILE:///etc/firn-outside",
                "W/../firn-outside",
                "file:W/../firn-outside",
                "file://W/ns/../../firn-outside",
                "W/%2e%2e/../../firn-outside",
                "W-firn-outside/t",
                "relative/firn-outside",
                "s3://bucket/firn-outside",
                "http://127.0.0.1/firn-outside",
                "jar:file:/etc/firn-outside!/x",
            })
    void refused(String template) throws IOException {
        String warehouse = server.data().resolve("warehouse").toString();
        String location = template.replace("W", warehouse);
        String tables = client.namespace(namespace) + "/tables";

        refuse(client.http().post(tables, create("location", location)));
        refuse(client.http().post(tables, staged("location", location)));
        for (String key : List.of("write.data.path", "write.metadata.path", "write.object-storage.path")) {
            refuse(client.http().post(tables, create("properties", Map.of(key, location))));
        }
        refuse(client.http().post(client.namespace(namespace) + "/register", registration(location)));
        refuse(client.http().post(client.namespace(namespace) + "/views", view(location)));
        client.http().head(client.table(namespace, "t")).expect(404);
        client.http().head(client.view(namespace, "v")).expect(404);

        client.createTable(namespace, "t").expect(200);
        String before = client.loadTable(namespace, "t").expect(200).text();
        refuse(client.commit(namespace, "t", setLocation(location)));
        refuse(client.transact(List.of(Changes.on(
                namespace, "t", List.of(), List.of(Map.of("action", "set-location", "location", location))))));
        for (String key : List.of("write.data.path", "write.metadata.path", "write.object-storage.path")) {
            refuse(client.commit(namespace, "t", Changes.set(key, location)));
        }
        assertThat(client.loadTable(namespace, "t").expect(200).text()).isEqualTo(before);

        refuseInNamespace(location);
        assertNothingOutside(warehouse);
    }

    /** In the warehouse, but where no file can ever be: nobody is asked to come again. {@code FILE} stands for one. */
    @ParameterizedTest
    @ValueSource(strings = {"NAME", "FILE", "FILE/below", "DEEP"})
    void impossible(String template) throws IOException {
        Path warehouse = server.data().resolve("warehouse");
        Path file = Files.createTempFile(warehouse, "file", ".txt");
        String location = warehouse
                .resolve(template.replace("NAME", "x".repeat(300))
                        .replace("DEEP", "deep/".repeat(900))
                        .replace("FILE", file.getFileName().toString()))
                .toString();
        String tables = client.namespace(namespace) + "/tables";

        refuse(client.http().post(tables, create("location", location)));
        refuse(client.http().post(tables, staged("location", location)));
        refuse(client.http().post(tables, create("properties", Map.of("write.metadata.path", location))));
        refuse(client.http().post(client.namespace(namespace) + "/register", registration(location)));
        refuse(client.http().post(client.namespace(namespace) + "/views", view(location)));
        client.createTable(namespace, "t").expect(200);
        refuse(client.commit(namespace, "t", setLocation(location)));
        refuse(client.commit(namespace, "t", Changes.set("write.metadata.path", location)));
        refuseInNamespace(location);
    }

    // Either the namespace refuses the location, or the tables made in it do.
    private void refuseInNamespace(String location) {
        String name = Names.fresh("located");
        Answer created = client.http()
                .post(
                        client.root() + "/namespaces",
                        Json.value(Map.of("namespace", List.of(name), "properties", Map.of("location", location))));
        refuse(created.status() == 200 ? client.createTable(name, "t") : created);
    }

    private static void refuse(Answer answer) {
        ErrorModel.check(answer, 400, 403);
    }

    private static void assertNothingOutside(String warehouse) throws IOException {
        assertThat(Path.of("/etc", OUTSIDE)).doesNotExist();
        assertThat(Path.of(warehouse + "-" + OUTSIDE)).doesNotExist();
        try (Stream<Path> beside = Files.walk(Path.of(warehouse).getParent())) {
            assertThat(beside.map(path -> path.getFileName().toString())).doesNotContain(OUTSIDE);
        }
    }

    private static ObjectNode create(String field, Object value) {
        ObjectNode body = (ObjectNode) Json.of("{'name':'t','schema':%s}", CatalogClient.SCHEMA);
        return body.set(field, Json.value(value));
    }

    private static ObjectNode staged(String field, Object value) {
        return create(field, value).put("stage-create", true);
    }

    private static ObjectNode view(String location) {
        ObjectNode body = (ObjectNode) Json.parse(Views.create("n", "v"));
        return body.put("location", location);
    }

    private static Object registration(String location) {
        return Json.value(Map.of("name", "t", "metadata-location", location + "/v1.metadata.json"));
    }

    private static JsonNode setLocation(String location) {
        return Json.value(Map.of(
                "requirements", List.of(), "updates", List.of(Map.of("action", "set-location", "location", location))));
    }
}
