package dev.firn.scan;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/**
 * The plans that can be fetched: bounded in number by the memory that they take, and each for a limited time. When there are too many, the oldest goes: somebody is
 * about to fetch the newest, which a cache that keeps what is asked for most would give up first.
 */
final class Plans {
    private record Kept(Plan plan, long weight, long since) {}

    private final long lifetimeNanos;
    private final long bytes;
    private final LongSupplier nanoTime;
    /** The oldest first. */
    private final Map<String, Kept> plans = new LinkedHashMap<>();

    private long total;

    Plans(Duration lifetime, long bytes, LongSupplier nanoTime) {
        this.lifetimeNanos = lifetime.toNanos();
        this.bytes = bytes;
        this.nanoTime = nanoTime;
    }

    /** A scan that can be kept. Throws {@link ServiceUnavailableException} if it takes more memory than all plans may: its tasks would never be found. */
    PlannedScan requireRoom(PlannedScan scan) {
        if (scan.pages() > 1 && scan.weight() > bytes) {
            throw new ServiceUnavailableException(
                    "The plan takes about %s bytes, and there is memory for %s bytes of plans: the server needs a larger heap for a scan of this size",
                    scan.weight(), bytes);
        }
        return scan;
    }

    synchronized void keep(Plan plan) {
        remove(plan.id());
        Kept kept = new Kept(plan, plan.weight(), nanoTime.getAsLong());
        plans.put(plan.id(), kept);
        total += kept.weight();
        tidy(plan);
    }

    /** Weighs a plan again that has changed, if it is still there; its time begins anew. */
    synchronized void changed(Plan plan) {
        if (plans.containsKey(plan.id())) {
            keep(plan);
        }
    }

    synchronized Optional<Plan> find(String id) {
        Kept kept = plans.get(id);
        if (kept != null && isOver(kept)) {
            remove(id);
            return Optional.empty();
        }
        return Optional.ofNullable(kept).map(Kept::plan);
    }

    private boolean isOver(Kept kept) {
        return nanoTime.getAsLong() - kept.since() >= lifetimeNanos;
    }

    /** Lets go of what is over, and then of the oldest until the rest fits. */
    private void tidy(Plan newest) {
        Iterator<Kept> oldest = plans.values().iterator();
        while (oldest.hasNext()) {
            Kept kept = oldest.next();
            if (kept.plan() == newest || (total <= bytes && !isOver(kept))) {
                return;
            }
            oldest.remove();
            total -= kept.weight();
            if (kept.plan().state() instanceof PlanState.Submitted) {
                // Nobody can fetch what is still being worked on.
                kept.plan().cancel();
            }
        }
    }

    private void remove(String id) {
        Kept kept = plans.remove(id);
        total -= kept == null ? 0 : kept.weight();
    }
}
