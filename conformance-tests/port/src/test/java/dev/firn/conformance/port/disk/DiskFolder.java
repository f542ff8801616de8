package dev.firn.conformance.port.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A folder: the names in it as the server sees them, and those that are on the disk. */
final class DiskFolder implements Node {
    private record Change(long order, Consumer<Map<String, Node>> change) {}

    private final List<Change> waiting = new ArrayList<>();
    private final Map<String, Node> seen = new TreeMap<>();
    private final Map<String, Node> durable = new TreeMap<>();

    /** Changes names; all that one change does reaches the disk together. */
    void change(long order, Consumer<Map<String, Node>> change) {
        change.accept(seen);
        waiting.add(new Change(order, change));
    }

    /** The names as the server sees them. */
    Map<String, Node> seen() {
        return seen;
    }

    /** The names that are on the disk. */
    Map<String, Node> durable() {
        return durable;
    }

    @Override
    public void sync(long order) {
        waiting.removeIf(change -> {
            if (change.order() <= order) {
                change.change().accept(durable);
                return true;
            }
            return false;
        });
    }

    /** Names are in the journal of the file system and stay there: they wait on. */
    @Override
    public void failSync() {}

    @Override
    public void loseAtRandom(Random random) {
        waiting.removeIf(change -> {
            if (random.nextBoolean()) {
                change.change().accept(durable);
            }
            return true;
        });
    }

    @Override
    public void lose() {
        waiting.clear();
    }
}
