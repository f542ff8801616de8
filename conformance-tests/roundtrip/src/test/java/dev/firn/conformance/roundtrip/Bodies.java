package dev.firn.conformance.roundtrip;

import java.util.List;

/** Bodies of commits from requirements and updates that are JSON already. */
final class Bodies {
    private Bodies() {}

    static String commit(List<String> requirements, List<String> updates) {
        return "{\"requirements\":[%s],\"updates\":[%s]}"
                .formatted(String.join(",", requirements), String.join(",", updates));
    }
}
