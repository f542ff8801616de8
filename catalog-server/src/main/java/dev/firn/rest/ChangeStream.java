package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.HistoryEndedException;
import dev.firn.catalog.Ledger;
import dev.firn.store.ChangeFilter;
import dev.firn.store.LedgerRow;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber. No thread waits for it: what it can take is written when there is something, or when it can take more. It holds at most a batch of events that
 * it has not taken.
 */
final class ChangeStream implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);
    private static final int BATCH = 100;
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final Ledger ledger;
    private final CatalogSession session;
    private final ChangeFilter filter;
    private final ChangeTail tail;
    private final Executor readers;
    private final ServletOutputStream out;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final Deque<ChangeEvent> caughtUp = new ArrayDeque<>();
    private long last;

    /** From where the subscriber would resume. */
    private long known;

    /** The container says when more can be written; before that nothing may be. */
    private boolean full = true;

    /** It is further behind than the tail reaches, and waits for its turn to read the ledger. */
    private boolean queued;

    private boolean unflushed;
    private boolean commentDue = true;
    private long wroteAt = System.nanoTime();

    ChangeStream(
            Ledger ledger,
            CatalogSession session,
            ChangeFilter filter,
            ChangeTail tail,
            Executor readers,
            long after,
            long known,
            ServletOutputStream out) {
        this.ledger = ledger;
        this.session = session;
        this.filter = filter;
        this.tail = tail;
        this.readers = readers;
        this.last = after;
        this.known = known;
        this.out = out;
    }

    /** Is complete when the subscriber has gone, or is to go. */
    CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            full = false;
        }
        wake();
    }

    /** There may be something new. Never waits, and does not read the ledger itself. */
    void wake() {
        try {
            write();
        } catch (IOException e) {
            onError(e);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** One batch, then others have their turn. */
    private void catchUp() {
        try {
            synchronized (this) {
                queued = false;
                if (full || ended.isDone()) {
                    return;
                }
                read();
            }
            write();
        } catch (IOException e) {
            onError(e);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Shows that the connection lives, and finds out whether it does, if nothing has been written for so long. */
    void heartbeat(long nanos) {
        synchronized (this) {
            commentDue |= System.nanoTime() - wroteAt > nanos;
        }
        wake();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("A subscriber has gone", failure);
        ended.complete(null);
    }

    /** The subscriber comes again and goes on where it was, as after a restart, or is told why it cannot. */
    private void fail(RuntimeException failure) {
        if (failure instanceof HistoryEndedException) {
            LOG.info("A subscriber was further behind than history is kept: {}", failure.getMessage());
        } else if (!ended.isDone()) {
            LOG.warn("Cannot go on telling a subscriber", failure);
        }
        ended.complete(null);
    }

    private synchronized void write() throws IOException {
        if (full || ended.isDone()) {
            return;
        }
        while (out.isReady()) {
            byte[] next = next();
            if (next != null) {
                out.write(next);
                unflushed = true;
                wroteAt = System.nanoTime();
            } else if (unflushed) {
                unflushed = false;
                out.flush();
            } else {
                return;
            }
        }
        full = true;
    }

    private byte @Nullable [] next() {
        if (commentDue) {
            commentDue = false;
            return standing();
        }
        for (ChangeEvent event = nextEvent(); event != null; event = nextEvent()) {
            last = event.change();
            if (filter.wants(event.row())) {
                known = last;
                return event.bytes();
            }
        }
        return null;
    }

    /** No event; but if the subscriber does not know it, where the stream stands: who resumes from there misses nothing, though nothing that he wants has happened since. */
    private byte[] standing() {
        if (known == last) {
            return COMMENT;
        }
        known = last;
        return (":\nid: " + last + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable ChangeEvent nextEvent() {
        ChangeEvent event = caughtUp.poll();
        if (event == null) {
            event = tail.after(last);
        }
        if (event == null && tail.begin() > last && !queued) {
            queued = true;
            readers.execute(this::catchUp);
        }
        return event;
    }

    private void read() {
        if (!caughtUp.isEmpty()) {
            return;
        }
        long begin = tail.begin();
        List<LedgerRow> rows = ledger.changes(session, last, BATCH);
        // History may have ended under one that is far behind: it learns of it when it comes again.
        ledger.requireKept(session, last);
        rows.forEach(row -> caughtUp.add(ChangeEvent.of(row)));
        if (caughtUp.isEmpty()) {
            // What was there before this read is not of this catalog.
            last = Math.max(last, begin);
        }
    }
}
