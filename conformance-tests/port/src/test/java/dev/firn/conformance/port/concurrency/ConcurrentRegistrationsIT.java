package dev.firn.conformance.port.concurrency;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.Together;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients register a table under one name. */
@ExtendWith(SharedServer.class)
class ConcurrentRegistrationsIT {
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 6;

    /** To overwrite what is there or to make what is not: whichever it is when its turn comes, there is nothing to refuse. */
    @Test
    void thatMayOverwriteAllSucceed(CatalogClient client) throws Exception {
        String namespace = Names.namespace(client);
        String metadata = client.createTable(namespace, "t")
                .expect(200)
                .json()
                .path("metadata-location")
                .asText();
        for (int round = 0; round < ROUNDS; round++) {
            Object body =
                    Json.value(Map.of("name", "registered-" + round, "metadata-location", metadata, "overwrite", true));
            Callable<Answer> register = () -> client.http().post(client.namespace(namespace) + "/register", body);

            for (Answer answer : Together.run(Collections.nCopies(CLIENTS, register))) {
                answer.expect(200);
            }
        }
    }

    @Test
    void overwriteNoView(CatalogClient client) {
        String namespace = Names.namespace(client);
        String metadata = client.createTable(namespace, "t")
                .expect(200)
                .json()
                .path("metadata-location")
                .asText();
        client.createView(namespace, "v").expect(200);

        client.http()
                .post(
                        client.namespace(namespace) + "/register",
                        Json.value(Map.of("name", "v", "metadata-location", metadata, "overwrite", true)))
                .expect(409);
    }
}
