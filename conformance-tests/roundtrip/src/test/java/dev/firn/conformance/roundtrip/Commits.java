package dev.firn.conformance.roundtrip;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Any requests, from short ones on. */
final class Commits {
    private static final int MOST_UPDATES = 8;

    private Commits() {}

    static Arbitrary<Commit> any(int kinds) {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, kinds - 1).withoutEdgeCases(),
                        Arbitraries.longs().withoutEdgeCases())
                .as(Step::new);
        return Combinators.combine(
                        step.list().ofMinSize(1).ofMaxSize(MOST_UPDATES),
                        Arbitraries.of(true, false, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(Commit::new);
    }
}
