package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.NoAnswerException;
import java.util.Random;
import java.util.UUID;

/**
 * A client that knows what it has: it alone changes its namespace, one request after another. When
 * the server dies, one request at most is in doubt, so that there are two states it may find.
 */
final class SoleOwner implements Worker {
    /** One request in so many has an {@code Idempotency-Key}. */
    private static final int KEYED = 3;

    private final String home;
    private final Random random;
    private final Steps steps;
    private Belongings known = Belongings.none();
    private Belongings possible = known;

    /** The last request, its key if it had one, and the answer if there was one. */
    private Step last;

    private String lastKey;
    private Answer lastAnswer;

    SoleOwner(String home, Random random) {
        this.home = home;
        this.random = random;
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
        String key = step.repeatable() && random.nextInt(KEYED) == 0
                ? UUID.randomUUID().toString()
                : null;
        last = step;
        lastKey = key;
        lastAnswer = null;
        possible = step.after();
        Answer answer = step.request().apply(key == null ? client : client.withKey(key));
        if (!progress.failed(answer)) {
            answer.expect(step.success());
            known = possible;
            lastAnswer = answer;
            progress.acknowledge();
        } else if (progress.failure(answer) == Progress.Failure.UNCHANGED) {
            possible = known;
            lastKey = null;
        } else {
            look(client);
            lastKey = null;
        }
    }

    /** The last request, if it had a key, is sent again: it is answered as it was, or for the first time, and has been done once then. */
    @Override
    public void check(CatalogClient client) {
        if (lastKey == null) {
            look(client);
            return;
        }
        Answer again = last.request().apply(client.withKey(lastKey)).expect(last.success());
        if (lastAnswer != null) {
            assertThat(again.text())
                    .as("what %s is answered again", again.request())
                    .isEqualTo(lastAnswer.text());
        }
        known = possible;
        look(client);
        lastKey = null;
    }

    private void look(CatalogClient client) {
        Belongings found = Inventory.of(client, home);
        assertThat(found)
                .as("what %s finds: acknowledged, or with the one request that was not answered", home)
                .isIn(known.seen(), possible.seen());
        known = found.equals(possible.seen()) ? possible : known;
        possible = known;
    }
}
