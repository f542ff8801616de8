package dev.firn.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What has been found so far. Of many findings of one kind the first are told, and how many there are. */
final class Findings {
    private static final int MOST_OF_A_KIND = 20;

    private record Kind(Finding.Severity severity, String name) {}

    private final List<Finding> all = new ArrayList<>();
    private final Map<Kind, Integer> unspoken = new LinkedHashMap<>();
    private final Map<Kind, Integer> found = new HashMap<>();
    private final Consumer<String> progress;

    Findings(Consumer<String> progress) {
        this.progress = progress;
    }

    void ok(String about, String text) {
        all.add(new Finding(Finding.Severity.OK, about, text, ""));
    }

    void note(String about, String text) {
        all.add(new Finding(Finding.Severity.NOTE, about, text, ""));
    }

    /** Adds a note; those of one {@code kind} may be many. */
    void note(String kind, String about, String text) {
        add(new Kind(Finding.Severity.NOTE, kind), about, text, "");
    }

    /** Adds a problem; those of one {@code kind} may be many. */
    void problem(String kind, String about, String text, String remedy) {
        add(new Kind(Finding.Severity.PROBLEM, kind), about, text, remedy);
    }

    private void add(Kind kind, String about, String text, String remedy) {
        if (found.merge(kind, 1, Integer::sum) > MOST_OF_A_KIND) {
            unspoken.merge(kind, 1, Integer::sum);
            return;
        }
        all.add(new Finding(kind.severity(), about, text, remedy));
    }

    /** How many problems of this kind there are. */
    int count(String kind) {
        return found.getOrDefault(new Kind(Finding.Severity.PROBLEM, kind), 0);
    }

    /** Says what is looked at now, for those who wait. */
    void progress(String text) {
        progress.accept(text);
    }

    /** All, in the order in which they were found. */
    List<Finding> all() {
        List<Finding> result = new ArrayList<>(all);
        unspoken.forEach((kind, count) ->
                result.add(new Finding(kind.severity(), kind.name(), count + " more of the same kind", "")));
        return result;
    }
}
