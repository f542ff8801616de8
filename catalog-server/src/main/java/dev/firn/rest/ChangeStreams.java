package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.LedgerRow;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events. Each subscriber reads the ledger at its own pace, on the thread of its own request: one that is slow waits for itself alone, and one
 * that is gone is noticed at the next heartbeat.
 */
final class ChangeStreams {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStreams.class);

    /** A part of the threads that answer requests, so that subscribers never keep out everybody else. */
    private static final int MOST_SUBSCRIBERS = 100;

    private static final int BATCH = 100;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_THE_END = Duration.ofMillis(500);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final Ledger ledger;
    private final Semaphore places = new Semaphore(MOST_SUBSCRIBERS);
    private volatile boolean closing;

    ChangeStreams(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Sends each change after this one, in order, until the subscriber goes or the server stops. */
    void follow(Context context, CatalogSession session, long after) throws IOException {
        if (!places.tryAcquire()) {
            throw new ServiceUnavailableException("There are %s subscribers already", MOST_SUBSCRIBERS);
        }
        try {
            context.res().setContentType("text/event-stream");
            context.res().setCharacterEncoding("utf-8");
            context.res().setHeader("Cache-Control", "no-cache");
            // Proxies that collect answers would hold events back.
            context.res().setHeader("X-Accel-Buffering", "no");
            send(context.res().getOutputStream(), session, after);
        } catch (IOException e) {
            LOG.debug("A subscriber has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void send(OutputStream out, CatalogSession session, long after) throws IOException, InterruptedException {
        long last = after;
        long seen = after;
        out.write(COMMENT);
        out.flush();
        long heartbeat = System.nanoTime();
        while (!closing) {
            List<LedgerRow> rows = ledger.changes(session, last, BATCH);
            for (LedgerRow row : rows) {
                out.write(("id: " + row.change() + "\ndata: " + Ledger.json(row) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                last = row.change();
            }
            if (!rows.isEmpty()) {
                out.flush();
                heartbeat = System.nanoTime();
                seen = last;
            } else if (ledger.await(seen, LOOK_FOR_THE_END)) {
                // It may be a change of another catalog: it is looked for once, and then only something newer wakes.
                seen = ledger.newest();
            } else if (System.nanoTime() - heartbeat > HEARTBEAT.toNanos()) {
                out.write(COMMENT);
                out.flush();
                heartbeat = System.nanoTime();
            }
        }
    }

    void close() {
        closing = true;
    }
}
