package dev.firn.scan;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A scan that a client has asked for. */
public final class Plan {
    private static final long WEIGHT = 2_000;

    private final String id;
    private final String tableUuid;
    private final long requestWeight;
    private PlanState state = new PlanState.Submitted();
    private @Nullable Future<?> work;

    Plan(String id, String tableUuid, long requestWeight) {
        this.id = id;
        this.tableUuid = tableUuid;
        this.requestWeight = requestWeight;
    }

    /** What the client knows it by. */
    public String id() {
        return id;
    }

    /** How far it is. */
    public synchronized PlanState state() {
        return state;
    }

    boolean isOf(String uuid) {
        return tableUuid.equals(uuid);
    }

    /** Says who works on it, so that they can be stopped. */
    synchronized void workedOnBy(Future<?> task) {
        work = task;
        if (state instanceof PlanState.Cancelled) {
            task.cancel(true);
        }
    }

    /** Ends the work on it, unless it was cancelled meanwhile. */
    synchronized void end(PlanState result) {
        if (state instanceof PlanState.Submitted) {
            state = result;
        }
    }

    synchronized void cancel() {
        state = new PlanState.Cancelled();
        if (work != null) {
            work.cancel(true);
        }
    }

    /** About how many bytes it takes to keep this. */
    int weight() {
        long scan = state() instanceof PlanState.Completed completed
                ? completed.scan().weight()
                : 0;
        return (int) Math.min(Integer.MAX_VALUE, WEIGHT + requestWeight + scan);
    }
}
