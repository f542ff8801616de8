package dev.firn.conformance.port.histories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what clients sent and saw with the sequence of states that each register had. What was acknowledged is there once, in all of its registers or in
 * none, made from what it was to be made from; and each register fits what was seen of it ({@link Register}). A write to several registers has one moment for
 * all: who saw it in one sees it in the others from then on.
 */
final class HistoryChecker {
    private final History history;
    private final Map<String, List<State>> truth;
    private final Map<String, Write> byId = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> places = new HashMap<>();
    private final List<Known> known = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private HistoryChecker(History history, Map<String, List<State>> truth) {
        this.history = history;
        this.truth = truth;
        history.writes().forEach(write -> byId.put(write.id(), write));
    }

    /**
     * All that is wrong; empty if nothing is.
     *
     * @param truth for each register its states in order, the initial one first
     */
    static List<String> faults(History history, Map<String, List<State>> truth) {
        HistoryChecker checker = new HistoryChecker(history, truth);
        truth.forEach(checker::find);
        checker.byId.values().forEach(checker::checkWhole);
        history.sights().forEach(checker::learn);
        truth.keySet().forEach(checker::checkRegister);
        return checker.faults;
    }

    private void find(String register, List<State> states) {
        for (int place = 1; place < states.size(); place++) {
            State state = states.get(place);
            Write write = byId.get(state.mark());
            if (write == null || !write.registers().contains(register)) {
                faults.add("%s: nobody wrote %s".formatted(register, state));
                continue;
            }
            if (places.computeIfAbsent(state.mark(), mark -> new HashMap<>()).put(register, place) != null) {
                faults.add("%s: applied twice: %s".formatted(register, write));
            }
            String before = states.get(place - 1).content();
            if (!write.base().isEmpty() && !write.base().equals(before)) {
                faults.add(
                        "%s: made from %s, but stands after %s: %s".formatted(register, write.base(), before, write));
            }
        }
    }

    private void checkWhole(Write write) {
        Set<String> found = places.getOrDefault(write.id(), Map.of()).keySet();
        if (found.isEmpty()) {
            if (write.acknowledged()) {
                faults.add("lost: " + write);
            }
        } else if (!found.equals(write.registers())) {
            Set<String> missing = new HashSet<>(write.registers());
            missing.removeAll(found);
            faults.add("half there, missing in %s: %s".formatted(missing, write));
        }
    }

    private void checkRegister(String register) {
        List<Register.Version> versions = new ArrayList<>();
        for (State state : truth.get(register)) {
            Write write = byId.get(state.mark());
            versions.add(
                    write == null
                            ? new Register.Version(
                                    state, Long.MIN_VALUE, versions.isEmpty() ? Long.MIN_VALUE : Write.NEVER)
                            : new Register.Version(state, write.begin(), latest(write)));
        }
        List<Sight> sights = history.sights().stream()
                .filter(sight -> sight.register().equals(register))
                .toList();
        faults.addAll(Register.faults(register, versions, sights));
    }

    /** From here on all see it: it was answered, or somebody has seen it, or what came after it, in one of its registers. */
    private long latest(Write write) {
        long latest = write.end();
        if (write.registers().size() > 1) {
            Map<String, Integer> where = places.get(write.id());
            for (Known known : known) {
                Integer place = where.get(known.register());
                if (place != null && known.place() >= place) {
                    latest = Math.min(latest, known.end());
                }
            }
        }
        return latest;
    }

    /** A register had come to this place at the latest then. */
    private record Known(String register, int place, long end) {}

    private void learn(Sight sight) {
        List<State> states = truth.getOrDefault(sight.register(), List.of());
        for (int place = 0; place < states.size(); place++) {
            if (sight.fits().test(states.get(place))) {
                known.add(new Known(sight.register(), place, sight.end()));
                return;
            }
        }
    }
}
