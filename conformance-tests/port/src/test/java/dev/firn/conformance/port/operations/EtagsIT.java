package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tag of a table's state, whichever answer brings it, and what a client that shows one is answered. */
@ExtendWith(SharedServer.class)
class EtagsIT {
    private CatalogClient client;
    private String namespace;
    private String path;

    @BeforeEach
    void makeTable(CatalogClient client) {
        this.client = client;
        namespace = Names.namespace(client);
        path = client.table(namespace, "t");
        assertTagOfTheLoadThatFollows(client.createTable(namespace, "t"));
    }

    private void assertTagOfTheLoadThatFollows(Answer answer) {
        String tag = tag(answer.expect(200));
        assertThat(tag(client.http().get(path).expect(200))).isEqualTo(tag);
        assertThat(tag(client.http().get(path, "Accept-Encoding", "gzip").expect(200)))
                .isEqualTo(tag);
        assertThat(tag(client.http().get(path + "?snapshots=all").expect(200))).isEqualTo(tag);
        assertThat(tag(client.http().get(path + "?snapshots=refs").expect(200))).isNotEqualTo(tag);
    }

    private static String tag(Answer answer) {
        String tag = answer.header("ETag").orElseThrow(() -> new AssertionError("No ETag: " + answer));
        // The same state is sent plain and compressed, so it is no strong one.
        assertThat(tag).matches("W/\"[^\"]+\"");
        return tag;
    }

    @Test
    void ofCommits() {
        assertTagOfTheLoadThatFollows(client.commit(namespace, "t", Changes.set("long", "ice ".repeat(2000))));
        assertThat(client.http()
                        .get(path, "If-None-Match", tag(client.loadTable(namespace, "t")))
                        .expect(304)
                        .header("Vary"))
                .hasValue("Accept-Encoding");
        // Nothing changes
        assertTagOfTheLoadThatFollows(client.commit(namespace, "t", Json.of("{'requirements':[],'updates':[]}")));
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, true",
        "br;q=1.0 , false",
        "gzip;q=0.5, true",
        "gzip;q=0.001, true",
        "gzip;q=0, false",
        "gzip; q=0.000, false"
    })
    void gzipIsSentToWhoTakesIt(String accepted, boolean compressed) {
        client.commit(namespace, "t", Changes.set("long", "ice ".repeat(2000))).expect(200);
        assertThat(client.http()
                        .get(path, "Accept-Encoding", accepted)
                        .expect(200)
                        .header("Content-Encoding")
                        .isPresent())
                .isEqualTo(compressed);
    }

    @Test
    void ofRegistrations() {
        Answer first = client.loadTable(namespace, "t").expect(200);
        String metadata = first.json().get("metadata-location").asText();
        client.http().delete(path).expect(204);
        Answer registered = register(metadata, false);
        assertTagOfTheLoadThatFollows(registered);
        // The very state it had
        assertThat(tag(registered)).isEqualTo(tag(first));
        client.commit(namespace, "t", Changes.set("a", "b")).expect(200);
        assertTagOfTheLoadThatFollows(register(metadata, true));
    }

    /** As in a catalog that numbers its files, where a table was made in the place of another. */
    @Test
    void ofAnotherTableInTheSamePlace() throws IOException {
        JsonNode first = client.loadTable(namespace, "t").expect(200).json();
        String location = first.get("metadata-location").asText().replaceFirst("[^/]*$", "v1.metadata.json");
        Path file = Path.of(URI.create(location));
        Files.writeString(file, first.get("metadata").toString());
        client.http().delete(path).expect(204);
        register(location, false).expect(200);
        String all = tag(client.http().get(path).expect(200));
        String refs = tag(client.http().get(path + "?snapshots=refs").expect(200));
        client.http().delete(path).expect(204);

        String uuid = UUID.randomUUID().toString();
        Files.writeString(
                file,
                ((ObjectNode) first.get("metadata")).put("table-uuid", uuid).toString());
        assertTagOfTheLoadThatFollows(register(location, false));
        for (String known : List.of(all, refs)) {
            for (String query : List.of("", "?snapshots=refs")) {
                assertThat(client.http()
                                .get(path + query, "If-None-Match", known)
                                .expect(200)
                                .json()
                                .at("/metadata/table-uuid")
                                .asText())
                        .isEqualTo(uuid);
            }
        }
    }

    private Answer register(String metadata, boolean overwrite) {
        String body = "{'name':'t','metadata-location':%s,'overwrite':%s}"
                .replace('\'', '"')
                .formatted(Json.value(metadata), overwrite);
        return client.http().post(client.namespace(namespace) + "/register", body);
    }

    @Test
    void ofRepeatedRequests() {
        String key = UUID.randomUUID().toString();
        byte[] body = Changes.set("a", "b").toString().getBytes(StandardCharsets.UTF_8);
        Answer first =
                client.http().send("POST", path, body, "Idempotency-Key", key).expect(200);
        Answer second =
                client.http().send("POST", path, body, "Idempotency-Key", key).expect(200);
        assertThat(tag(second)).isEqualTo(tag(first));
    }

    @Test
    void ofOtherStatesAndNames() {
        String before = tag(client.loadTable(namespace, "t"));
        client.commit(namespace, "t", Changes.set("a", "b")).expect(200);
        String changed = tag(client.loadTable(namespace, "t"));
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename(namespace, "t", namespace, "u"))
                .expect(204);
        assertThat(changed).isNotEqualTo(before);
        assertThat(tag(client.loadTable(namespace, "u"))).isEqualTo(changed);
        assertThat(tag(client.createTable(namespace, "t").expect(200))).isNotIn(before, changed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "W/%s",
                "*",
                " W/%s ",
                "\"other\", W/%s",
                "\"other\",W/%s,\"third\"",
                "W/\"other\" , %s",
            })
    void isKnown(String header) {
        String opaque = tag(client.loadTable(namespace, "t")).substring("W/".length());
        for (String query : new String[] {"", "?snapshots=all"}) {
            Answer answer = client.http()
                    .get(path + query, "If-None-Match", header.formatted(opaque), "Accept-Encoding", "gzip")
                    .expect(304);
            assertThat(tag(answer)).isEqualTo("W/" + opaque);
            assertThat(answer.response().body()).isEmpty();
            assertThat(answer.header("Content-Type")).isEmpty();
        }
    }

    @Test
    void isKnownFromSeveralFields() {
        String tag = tag(client.loadTable(namespace, "t"));
        client.http()
                .get(path, "If-None-Match", "\"other\"", "If-None-Match", tag)
                .expect(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "\"\"", "W/\"\"", "W/", "other", "%s-", "\"other\", W/\"third\""})
    void isNotKnown(String header) {
        String tag = tag(client.loadTable(namespace, "t"));
        client.http()
                .get(path, "If-None-Match", header.formatted(tag.replace("\"", "")))
                .expect(200);
    }

    @Test
    void isOfOneChoiceOfSnapshots() {
        String all = tag(client.loadTable(namespace, "t"));
        String refs = tag(client.http().get(path + "?snapshots=refs").expect(200));
        client.http().get(path, "If-None-Match", refs).expect(200);
        client.http().get(path + "?snapshots=refs", "If-None-Match", all).expect(200);
        client.http().get(path + "?snapshots=refs", "If-None-Match", refs).expect(304);
    }

    /** The condition is of loads: what a change answers the client needs, and it would take 304 for a failure. */
    @Test
    void changesAreAnsweredWhateverIsKnown() {
        byte[] commit = Changes.set("a", "b").toString().getBytes(StandardCharsets.UTF_8);
        Answer changed =
                client.http().send("POST", path, commit, "If-None-Match", "*").expect(200);
        assertThat(changed.json().at("/metadata/properties/a").asText()).isEqualTo("b");
        String body = "{\"name\":\"u\",\"schema\":" + CatalogClient.SCHEMA + "}";
        client.http()
                .send(
                        "POST",
                        client.namespace(namespace) + "/tables",
                        body.getBytes(StandardCharsets.UTF_8),
                        "If-None-Match",
                        "*")
                .expect(200);
    }

    @Test
    void whatIsGoneIsNotKnown() {
        String tag = tag(client.loadTable(namespace, "t"));
        client.http().delete(path).expect(204);
        client.http().get(path, "If-None-Match", tag).expect(404);
    }
}
