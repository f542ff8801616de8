package dev.firn.conformance.port.idempotency;

import static dev.firn.conformance.port.idempotency.KeyedClient.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.Views;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.specification.Covers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each change with the same key twice: it is done once, and both answers are the same. */
@ExtendWith(SharedServer.class)
class IdempotencyIT {
    private static final String OURS = "/api/v1/catalogs/main";

    private CatalogClient client;
    private KeyedClient keyed;
    private String namespace;

    @BeforeEach
    void prepare(CatalogClient client) {
        this.client = client;
        this.keyed = new KeyedClient(client);
        this.namespace = Names.namespace(client);
    }

    @Test
    @Covers("getConfig idempotency-key-lifetime")
    void lifetimeIsAdvertised() {
        JsonNode config = client.http().get("/v1/config").expect(200).json();
        assertThat(config.path("idempotency-key-lifetime").asText()).isEqualTo("PT30M");
    }

    @Test
    @Covers("createNamespace Idempotency-Key")
    void namespaceIsCreatedOnce() {
        String body = "{\"namespace\":[\"%s\",\"sub\"],\"properties\":{\"a\":\"b\"}}".formatted(namespace);
        twice(client.root() + "/namespaces", body, 200);
    }

    @Test
    @Covers("updateProperties Idempotency-Key")
    void propertiesAreUpdatedOnce() {
        String path = client.namespace(namespace) + "/properties";
        client.http().post(path, "{\"updates\":{\"old\":\"1\"}}").expect(200);
        Answer answer = twice(path, "{\"updates\":{\"a\":\"b\"},\"removals\":[\"old\",\"never\"]}", 200);
        assertThat(answer.json().path("removed")).isEqualTo(Json.of("['old']"));
        assertThat(answer.json().path("missing")).isEqualTo(Json.of("['never']"));
        // Nothing to change is an outcome too.
        twice(path, "{\"updates\":{\"a\":\"b\"},\"removals\":[\"never\"]}", 200);
    }

    @Test
    void whatWasDroppedComesBackOnce() {
        client.createTable(namespace, "t").expect(200);
        client.http().delete(client.table(namespace, "t")).expect(204);
        String body =
                Json.value(Map.of("namespace", List.of(namespace), "name", "t")).toString();
        Answer answer = twice(OURS + "/undrop", body, 200);
        assertThat(answer.json().get("change").asLong()).isPositive();
    }

    @Test
    void whatWasDroppedIsGivenUpOnce() {
        client.createTable(namespace, "t").expect(200);
        client.http().delete(client.table(namespace, "t")).expect(204);
        String body =
                Json.value(Map.of("namespace", List.of(namespace), "name", "t")).toString();
        Answer answer = twice(OURS + "/purge", body, 200);
        assertThat(answer.json().get("change").asLong())
                .isEqualTo(answer.json().get("dropped").asLong() + 1);
    }

    /** A repetition would take back what was committed since. */
    @Test
    void aTableIsPutBackOnce() {
        client.createTable(namespace, "t").expect(200);
        long then = newestChange();
        client.commit(namespace, "t", Changes.set("a", "1")).expect(200);
        String body = Json.value(Map.of("namespace", List.of(namespace), "name", "t", "at", "change:" + then))
                .toString();
        String key = newKey();
        Answer first = keyed.post(key, OURS + "/restore-table", body).expect(200);
        client.commit(namespace, "t", Changes.set("b", "2")).expect(200);
        Answer second = keyed.post(key, OURS + "/restore-table", body).expect(200);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(client.loadTable(namespace, "t")
                        .expect(200)
                        .json()
                        .at("/metadata/properties/b")
                        .asText())
                .isEqualTo("2");
        keyed.post(key, OURS + "/undrop", body).expect(400);
    }

    @Test
    void aWebhookIsMadeAndRemovedOnce() {
        String body = "{\"url\":\"http://127.0.0.1:9/\"}";
        String key = newKey();
        Answer first = keyed.post(key, OURS + "/webhooks", body).expect(201);
        Answer repeated = keyed.post(key, OURS + "/webhooks", body).expect(201);
        assertThat(repeated.json()).isEqualTo(first.json());
        assertThat(repeated.header("Cache-Control")).hasValue("no-store").isEqualTo(first.header("Cache-Control"));
        String path = OURS + "/webhooks/" + first.json().get("id").asLong();
        key = newKey();
        keyed.delete(key, path).expect(204);
        keyed.delete(key, path).expect(204);
        client.http().get(path).expect(404);
    }

    @Test
    void aRestoreOfTheWholeStateTakesNoKey() {
        Answer refused = keyed.post(newKey(), "/api/v1/restore", "none").expect(400);
        assertThat(refused.json().at("/error/message").asText()).contains("Idempotency-Key", "restore-catalog");
    }

    private long newestChange() {
        JsonNode changes = client.http()
                .get(OURS + "/changes?limit=1000&namespace=" + namespace)
                .expect(200)
                .json()
                .get("changes");
        return changes.get(changes.size() - 1).get("change").asLong();
    }

    @Test
    @Covers("createTable Idempotency-Key")
    void tableIsCreatedOnceWithOneIdentity() {
        Answer answer = twice(client.namespace(namespace) + "/tables", table("t"), 200);
        assertThat(client.loadTable(namespace, "t").header("ETag")).isEqualTo(answer.header("ETag"));
    }

    @Test
    void stagedTableKeepsItsIdentity() {
        String body = table("staged").replaceFirst("\\{", "{\"stage-create\":true,");
        twice(client.namespace(namespace) + "/tables", body, 200);
        client.loadTable(namespace, "staged").expect(404);
    }

    @Test
    @Covers("updateTable Idempotency-Key")
    void commitIsDoneOnceAndAnsweredWithItsOwnState() {
        client.createTable(namespace, "t").expect(200);
        String key = newKey();
        Answer first = keyed.post(key, client.table(namespace, "t"), Changes.set("a", "1"))
                .expect(200);
        client.commit(namespace, "t", Changes.set("a", "2")).expect(200);
        Answer again = keyed.post(key, client.table(namespace, "t"), Changes.set("a", "1"))
                .expect(200);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).isPresent();
        assertThat(property("t", "a")).isEqualTo("2");
    }

    @Test
    void commitThatChangesNothingIsRemembered() {
        client.createTable(namespace, "t").expect(200);
        client.commit(namespace, "t", Changes.set("a", "1")).expect(200);
        String key = newKey();
        Answer first = keyed.post(key, client.table(namespace, "t"), Changes.set("a", "1"))
                .expect(200);
        client.commit(namespace, "t", Changes.set("a", "2")).expect(200);
        assertThat(keyed.post(key, client.table(namespace, "t"), Changes.set("a", "1"))
                        .expect(200)
                        .json())
                .isEqualTo(first.json());
        assertThat(property("t", "a")).isEqualTo("2");
    }

    @Test
    @Covers("commitTransaction Idempotency-Key")
    void transactionIsDoneOnce() {
        client.createTable(namespace, "t").expect(200);
        client.createTable(namespace, "u").expect(200);
        String key = newKey();
        String path = client.root() + "/transactions/commit";
        String body = Json.value(Map.of(
                        "table-changes",
                        List.of(Changes.set(namespace, "t", "a", "1"), Changes.set(namespace, "u", "a", "1"))))
                .toString();
        keyed.post(key, path, body).expect(204);
        client.commit(namespace, "t", Changes.set("a", "2")).expect(200);
        assertThat(keyed.post(key, path, body).expect(204).text()).isEmpty();
        assertThat(property("t", "a")).isEqualTo("2");
        assertThat(property("u", "a")).isEqualTo("1");
    }

    @Test
    @Covers({
        "renameTable Idempotency-Key",
        "renameView Idempotency-Key",
        "dropTable Idempotency-Key",
        "dropView Idempotency-Key",
        "dropNamespace Idempotency-Key"
    })
    void renameAndDropAreDoneOnce() {
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        twice(client.root() + "/tables/rename", CatalogClient.rename(namespace, "t", namespace, "t2"), 204);
        twice(client.root() + "/views/rename", CatalogClient.rename(namespace, "v", namespace, "v2"), 204);
        for (String path : List.of(
                client.table(namespace, "t2") + "?purgeRequested=true",
                client.view(namespace, "v2"),
                client.namespace(namespace))) {
            String key = newKey();
            keyed.delete(key, path).expect(204);
            keyed.delete(key, path).expect(204);
            keyed.delete(newKey(), path).expect(404);
        }
    }

    @Test
    @Covers({"unregisterTable Idempotency-Key", "registerTable Idempotency-Key", "registerView Idempotency-Key"})
    void unregisterAndRegisterAreDoneOnce() {
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        JsonNode view = client.http().get(client.view(namespace, "v")).json();
        Answer last = twice(client.table(namespace, "t") + "/unregister", "", 200);
        client.loadTable(namespace, "t").expect(404);
        twice(client.namespace(namespace) + "/register", register("t", last.json()), 200);
        assertThat(client.loadTable(namespace, "t").expect(200).json().path("metadata"))
                .isEqualTo(last.json().path("metadata"));
        client.http().delete(client.view(namespace, "v")).expect(204);
        twice(client.namespace(namespace) + "/register-view", register("v", view), 200);
    }

    @Test
    @Covers({"createView Idempotency-Key", "replaceView Idempotency-Key"})
    void viewIsCreatedAndReplacedOnce() {
        twice(client.namespace(namespace) + "/views", Views.create(namespace, "v"), 200);
        String key = newKey();
        Answer first = keyed.post(key, client.view(namespace, "v"), Changes.set("a", "1"))
                .expect(200);
        client.http().post(client.view(namespace, "v"), Changes.set("a", "2")).expect(200);
        assertThat(keyed.post(key, client.view(namespace, "v"), Changes.set("a", "1"))
                        .expect(200)
                        .json())
                .isEqualTo(first.json());
        assertThat(client.http()
                        .get(client.view(namespace, "v"))
                        .json()
                        .at("/metadata/properties/a")
                        .asText())
                .isEqualTo("2");
    }

    @Test
    void refusalIsRepeatedAfterItsReasonIsGone() {
        String key = newKey();
        Answer refused = keyed.delete(key, client.table(namespace, "t")).expect(404);
        client.createTable(namespace, "t").expect(200);
        Answer again = keyed.delete(key, client.table(namespace, "t")).expect(404);
        assertThat(again.json()).isEqualTo(refused.json());
        client.loadTable(namespace, "t").expect(200);

        String taken = newKey();
        keyed.post(taken, client.namespace(namespace) + "/tables", table("t")).expect(409);
        client.http().delete(client.table(namespace, "t")).expect(204);
        keyed.post(taken, client.namespace(namespace) + "/tables", table("t")).expect(409);
        String malformed = newKey();
        keyed.post(malformed, client.namespace(namespace) + "/tables", "{").expect(400);
        keyed.post(malformed, client.namespace(namespace) + "/tables", "{").expect(400);
    }

    @Test
    void keyOfAnotherRequestIsRefused() {
        String key = newKey();
        String path = client.namespace(namespace) + "/tables";
        keyed.post(key, path, table("t")).expect(200);
        refused(keyed.post(key, path, table("u")));
        refused(keyed.delete(key, client.table(namespace, "t")));
        refused(keyed.post(key, path + "?other=1", table("t")));
        client.loadTable(namespace, "t").expect(200);
        client.loadTable(namespace, "u").expect(404);
        keyed.post(key.toUpperCase(java.util.Locale.ROOT), path, table("t")).expect(200);
    }

    @Test
    void prefixOfTheDefaultCatalogMakesNoOtherRequest() {
        String key = newKey();
        String path = client.namespace(namespace) + "/tables";
        Answer first = keyed.post(key, path, table("t")).expect(200);
        Answer again = keyed.post(key, path.replaceFirst("^" + client.root(), "/v1"), table("t"));
        assertThat(again.expect(200).json()).isEqualTo(first.json());
    }

    /** A slash in a name is none between two names. */
    @Test
    void ofNamesWithSlashes() {
        String key = newKey();
        String namespaces = client.root() + "/namespaces/";
        keyed.delete(key, namespaces + "no-such%2Fa/tables/t").expect(404);
        keyed.delete(key, namespaces + "no-such%2Fa/tables/t").expect(404);
        refused(keyed.delete(key, namespaces + "no-such/tables/a%2Ft"));
    }

    @Test
    void malformedKeyIsRefused() {
        for (String key : List.of("1", "not-a-key", "017F22E2-79B0-7CC3-98C4-DC0C0C07398", "x".repeat(36), " ")) {
            Answer answer = keyed.post(key, client.namespace(namespace) + "/tables", table("t"));
            assertThat(answer.status()).as("key '%s'", key).isEqualTo(400);
            assertThat(answer.json().at("/error/type").asText()).isEqualTo("BadRequestException");
        }
        client.loadTable(namespace, "t").expect(404);
    }

    private static void refused(Answer answer) {
        assertThat(answer.expect(400).json().at("/error/message").asText()).contains("another request");
    }

    private String property(String table, String key) {
        return client.loadTable(namespace, table)
                .json()
                .at("/metadata/properties/" + key)
                .asText();
    }

    /** The same request twice; the second answer is the first, and a third with a key of its own is not done as if nothing had been. */
    private Answer twice(String path, String body, int status) {
        String key = newKey();
        Answer first = keyed.post(key, path, body).expect(status);
        Answer again = keyed.post(key, path, body).expect(status);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        return first;
    }

    private static String register(String name, JsonNode loaded) {
        return Json.value(Map.of(
                        "name",
                        name,
                        "metadata-location",
                        loaded.path("metadata-location").asText()))
                .toString();
    }

    private static String table(String name) {
        return "{\"name\":\"" + name + "\",\"schema\":" + CatalogClient.SCHEMA + "}";
    }
}
