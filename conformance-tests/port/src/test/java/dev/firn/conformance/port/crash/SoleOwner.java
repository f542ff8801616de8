package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.NoAnswerException;
import java.util.Random;

/**
 * A client that knows what it has: it alone changes its namespace, one request after another. When
 * the server dies, one request at most is in doubt, so that there are two states it may find.
 */
final class SoleOwner implements Worker {
    private final String home;
    private final Steps steps;
    private Belongings known = Belongings.none();
    private Belongings possible = known;

    SoleOwner(String home, Random random) {
        this.home = home;
        this.steps = new Steps(home, random);
    }

    @Override
    public void prepare(CatalogClient client) {
        client.createNamespace(home).expect(200);
    }

    @Override
    public void work(CatalogClient client, Progress progress) {
        try {
            while (true) {
                step(client, progress);
            }
        } catch (NoAnswerException e) {
            // The server has been killed.
        }
    }

    private void step(CatalogClient client, Progress progress) {
        Step step = steps.next(client, known);
        possible = step.after();
        Answer answer = step.request().get();
        if (!progress.failed(answer)) {
            answer.expect(step.success());
            known = possible;
            progress.acknowledge();
        } else if (progress.failure(answer) == Progress.Failure.UNCHANGED) {
            possible = known;
        } else {
            check(client);
        }
    }

    @Override
    public void check(CatalogClient client) {
        Belongings found = Inventory.of(client, home);
        assertThat(found)
                .as("what %s finds: acknowledged, or with the one request that was not answered", home)
                .isIn(known, possible);
        known = found;
        possible = found;
    }
}
