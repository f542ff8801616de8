package dev.firn.events;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.LedgerRow;
import dev.firn.store.Moment;
import dev.firn.store.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ledger for one webhook, on a thread of its own: the next change is told when the receiver has taken the one before. So the order is that of the ledger, nothing is
 * left out, and a receiver that is slow or away holds up nobody else.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int BATCH = 100;
    private static final Duration LOOK_FOR_THE_END = Duration.ofMillis(500);

    private final Webhook webhook;
    private final CatalogSession session;
    private final Ledger ledger;
    private final Sender sender;
    private final Pauses pauses;
    private final Clock clock;
    private final Consumer<String> disable;
    private final Position position;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;

    private volatile Progress progress = Progress.NONE;

    /** {@code disable} is called with the reason when nothing more is to be sent. */
    Delivery(Webhook webhook, Ledger ledger, Sender sender, Pauses pauses, Clock clock, Consumer<String> disable) {
        this.webhook = webhook;
        this.session = new CatalogSession(webhook.catalog(), Moment.PRESENT, webhook.createdBy());
        this.ledger = ledger;
        this.sender = sender;
        this.pauses = pauses;
        this.clock = clock;
        this.disable = disable;
        this.position = new Position(ledger, webhook.follower());
        this.thread = new Thread(this::run, "firn-" + webhook.follower());
        thread.setDaemon(true);
        thread.start();
    }

    /** How it goes. */
    Progress progress() {
        return progress;
    }

    /** The last change that is done. */
    long reached() {
        return position.reached();
    }

    private void run() {
        long seen = position.reached();
        try {
            while (!isEnding()) {
                try {
                    seen = tell(seen);
                } catch (RuntimeException | Error e) {
                    // Whatever it was, most often the state cannot be read or written now. Nothing is lost by waiting.
                    LOG.error("Cannot go on with {}", webhook, e);
                    pause(Attempt.unanswered("could not be told, for the server: " + e.getMessage()));
                }
            }
            position.keep();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Cannot keep how far {} has been told; some changes will be told again", webhook, e);
        }
    }

    /** Tells what is there, or waits for something. Returns up to which change it has looked. */
    private long tell(long seen) throws InterruptedException {
        List<LedgerRow> rows = ledger.changes(session, position.reached(), BATCH);
        for (LedgerRow row : rows) {
            if (isEnding()) {
                return seen;
            }
            boolean wanted = webhook.filter().wants(row);
            if (wanted && !deliver(row)) {
                // Read again: a restore may have undone it meanwhile.
                return seen;
            }
            position.reach(row.change(), wanted);
            position.keepIfDue();
        }
        if (!rows.isEmpty()) {
            return position.reached();
        }
        // It may be a change of another catalog: it is looked for once, and then only something newer wakes.
        long looked = ledger.await(seen, LOOK_FOR_THE_END) ? ledger.newest() : seen;
        position.keepIfDue();
        return looked;
    }

    /** Tells one change; false after the pause that follows a failure, or if nothing is to be told any more. */
    private boolean deliver(LedgerRow row) throws InterruptedException {
        Attempt attempt = sender.send(webhook, CloudEvent.of(webhook, row), this::keepWhileWaiting);
        if (attempt.isDelivered()) {
            if (progress.failures() > 0) {
                LOG.info("{} takes changes again", webhook);
            }
            progress = progress.succeeded(clock.instant());
            return true;
        }
        if (attempt.isGone()) {
            LOG.warn("{} answered 410 Gone and is told nothing any more", webhook);
            progress = progress.gone();
            disable.accept("the receiver answered 410 Gone to change " + row.change());
            ending.countDown();
            return false;
        }
        position.keepIfDue();
        pause(attempt);
        return false;
    }

    /** The receiver may be waited for until the server ends, and what it took before is not to be told again then. */
    private void keepWhileWaiting() {
        try {
            position.keep();
        } catch (RuntimeException e) {
            LOG.debug("Cannot keep how far {} has been told, it is tried again after the answer", webhook, e);
        }
    }

    private void pause(Attempt attempt) throws InterruptedException {
        String failure = String.valueOf(attempt.failure());
        if (progress.failures() == 0) {
            LOG.warn("{} did not take a change: {}", webhook, failure);
        }
        Duration pause = pauses.after(progress.failures() + 1, attempt.retryAfter());
        progress = progress.failed(failure, clock.instant().plus(pause));
        ending.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isEnding() {
        return ending.getCount() == 0;
    }

    /** Asks it to end after the request that is under way. */
    void end() {
        ending.countDown();
    }

    /** The same when its webhook has been removed by this, which may fail: then it goes on. */
    void endWith(Runnable removal) {
        position.keepNoMoreAfter(removal);
        ending.countDown();
    }

    /** Waits for the end until then, in the time of {@link System#nanoTime}; afterwards the request under way is given up, and will be repeated. */
    void awaitEnd(long deadline) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            thread.interrupt();
            thread.join(LOOK_FOR_THE_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
