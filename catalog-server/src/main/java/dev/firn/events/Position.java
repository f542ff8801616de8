package dev.firn.events;

import dev.firn.catalog.Ledger;
import java.time.Duration;

/**
 * How far a webhook has been told. It is kept a moment after deliveries, not with each: a server that is killed tells again what it told in that moment, and commits do not
 * share the disk with every delivery.
 */
final class Position {
    private static final Duration KEPT_AFTER_DELIVERY = Duration.ofMillis(200);
    private static final Duration KEPT_AFTER_OTHERS = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final String follower;
    private volatile long reached;
    private long kept;
    private long keptAt = System.nanoTime();
    private boolean delivered;
    private boolean removed;

    Position(Ledger ledger, String follower) {
        this.ledger = ledger;
        this.follower = follower;
        this.kept = ledger.position(follower);
        this.reached = kept;
    }

    /** The last change that is done. */
    long reached() {
        return reached;
    }

    /** A change is done: delivered, or not wanted. */
    void reach(long change, boolean byDelivery) {
        reached = change;
        delivered |= byDelivery;
    }

    /** Keeps it, if it has moved and not been kept for a moment. */
    void keepIfDue() {
        Duration pause = delivered ? KEPT_AFTER_DELIVERY : KEPT_AFTER_OTHERS;
        if (System.nanoTime() - keptAt >= pause.toNanos()) {
            keep();
        }
    }

    /** Does something after which there is nothing to keep, and no place for it: it would be made anew. */
    synchronized void keepNoMoreAfter(Runnable removal) {
        removal.run();
        removed = true;
    }

    /** Keeps it now. */
    synchronized void keep() {
        if (kept != reached && !removed) {
            ledger.advance(follower, reached);
            kept = reached;
        }
        keptAt = System.nanoTime();
        delivered = false;
    }
}
