package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import java.util.function.Function;

/**
 * One request of a client and what it has once the request took effect.
 *
 * @param repeatable whether the request is the same each time that it is sent, and may carry an {@code Idempotency-Key}
 */
record Step(Function<CatalogClient, Answer> request, int success, Belongings after, boolean repeatable) {
    Step(Function<CatalogClient, Answer> request, int success, Belongings after) {
        this(request, success, after, true);
    }

    Step once() {
        return new Step(request, success, after, false);
    }
}
