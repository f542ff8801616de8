package dev.firn.conformance.port.histories;

import java.util.ArrayList;
import java.util.List;

/** All that the clients of one run have to tell. Safe for many threads. */
final class History {
    private final List<Write> writes = new ArrayList<>();
    private final List<Sight> sights = new ArrayList<>();

    synchronized void add(Write write) {
        writes.add(write);
    }

    synchronized void add(Sight sight) {
        sights.add(sight);
    }

    synchronized List<Write> writes() {
        return List.copyOf(writes);
    }

    synchronized List<Sight> sights() {
        return List.copyOf(sights);
    }
}
