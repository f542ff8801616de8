package dev.firn.conformance.port.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients, one table. */
@ExtendWith(SharedServer.class)
class ConcurrentCommitsIT {
    private static final int COMMITS = 80;

    @Test
    void commitsThatOnlyWaitForEachOtherAllSucceed(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < COMMITS; number++) {
            JsonNode change = Changes.set("key-" + number, "value-" + number);
            work.add(() -> client.commit(namespace, "t", change));
        }

        for (Answer answer : Together.run(work)) {
            answer.expect(200);
        }

        JsonNode properties =
                client.loadTable(namespace, "t").expect(200).json().at("/metadata/properties");
        for (int number = 0; number < COMMITS; number++) {
            assertThat(properties.path("key-" + number).asText()).isEqualTo("value-" + number);
        }
    }

    @Test
    void oneOfManyCreatesTheTable(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            work.add(() -> client.createTable(namespace, "t"));
        }

        List<Integer> statuses = Together.run(work).stream().map(Answer::status).toList();

        assertThat(statuses).containsOnlyOnce(200);
        assertThat(statuses)
                .filteredOn(status -> status != 200)
                .containsOnly(409)
                .hasSize(15);
        client.loadTable(namespace, "t").expect(200);
    }

    @Test
    void oneOfManyRenamesWins(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            String body = CatalogClient.rename(namespace, "t", namespace, "t" + number);
            work.add(() -> client.http().post(client.root() + "/tables/rename", body));
        }

        List<Integer> statuses = Together.run(work).stream().map(Answer::status).toList();

        assertThat(statuses).containsOnlyOnce(204);
        assertThat(statuses)
                .filteredOn(status -> status != 204)
                .containsOnly(404)
                .hasSize(15);
        assertThat(CatalogClient.names(client.http().get(client.namespace(namespace) + "/tables")))
                .hasSize(1);
    }

    @Test
    void namespaceDroppedWhileTablesAreCreated(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            String name = "t" + number;
            work.add(() -> client.createTable(namespace, name));
            work.add(() -> client.http().delete(client.namespace(namespace)));
        }

        List<Answer> answers = Together.run(work);

        List<Answer> created = answers.stream()
                .filter(answer -> answer.request().startsWith("POST"))
                .toList();
        created.forEach(answer -> answer.expect(200, 404));
        answers.stream()
                .filter(answer -> answer.request().startsWith("DELETE"))
                .forEach(answer -> answer.expect(204, 404, 409));
        long acknowledged =
                created.stream().filter(answer -> answer.status() == 200).count();
        Answer listing =
                client.http().get(client.namespace(namespace) + "/tables").expect(200, 404);
        int found = listing.status() == 404 ? 0 : CatalogClient.names(listing).size();
        assertThat(found).isEqualTo((int) acknowledged);
    }

    @Test
    void requirementsThatHoldAreNoConflict(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        String uuid = client.createTable(namespace, "t")
                .expect(200)
                .json()
                .at("/metadata/table-uuid")
                .asText();
        List<Callable<Answer>> work = new ArrayList<>();
        for (int number = 0; number < 32; number++) {
            JsonNode change = Changes.on(
                    namespace, "t", List.of(Changes.sameTable(uuid)), List.of(Changes.update("key-" + number, "x")));
            work.add(() -> client.commit(namespace, "t", change));
        }
        for (Answer answer : Together.run(work)) {
            answer.expect(200);
        }
        JsonNode log = client.loadTable(namespace, "t").json().at("/metadata/metadata-log");
        assertThat(log.size()).isEqualTo(32);
    }
}
