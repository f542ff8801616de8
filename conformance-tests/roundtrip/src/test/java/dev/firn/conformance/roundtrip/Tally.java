package dev.firn.conformance.roundtrip;

import dev.firn.conformance.harness.Json;
import java.util.List;
import net.jqwik.api.statistics.Statistics;

/** Counts what was tried: a property that is only ever refused, or never, would prove little. */
final class Tally {
    private static final double SOME = 15;

    private Tally() {}

    static void count(List<String> updates, boolean applied, List<String> actions) {
        Statistics.label("commits").collect(applied ? "applied" : "refused");
        if (applied) {
            updates.forEach(update -> Statistics.label("applied updates")
                    .collect(Json.parse(update).get("action").asText()));
        }
        Statistics.label("commits").coverage(coverage -> {
            coverage.check("applied").percentage(percentage -> percentage > SOME);
            coverage.check("refused").percentage(percentage -> percentage > SOME);
        });
        Statistics.label("applied updates")
                .coverage(coverage ->
                        actions.forEach(action -> coverage.check(action).count(count -> count > 0)));
    }
}
