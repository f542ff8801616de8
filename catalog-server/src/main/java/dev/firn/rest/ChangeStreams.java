package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.CatalogRecord;
import dev.firn.store.ChangeFilter;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events. One thread, made for the first subscriber, reads what is new once and hands it to all; who is slow waits for itself alone, and who is gone is noticed at
 * the next heartbeat.
 */
final class ChangeStreams {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStreams.class);
    private static final int MOST_SUBSCRIBERS = 1_000;
    private static final int MOST_READERS = 4;
    private static final long NOWHERE = -1;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_THE_END = Duration.ofMillis(500);

    /** Between two rounds: what is committed meanwhile goes out together, and commits keep the processor. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Ledger ledger;
    private final Set<ChangeStream> streams = ConcurrentHashMap.newKeySet();
    private final Map<CatalogRecord, ChangeTail> tails = new ConcurrentHashMap<>();

    /** Few, whoever catches up: each reads on a connection of its own to the state. They end when nobody does. */
    private final ThreadPoolExecutor readers = readers();

    private @Nullable Thread thread;
    private volatile boolean closing;

    ChangeStreams(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Sends each change after this one that the filter wants, in order, until the subscriber goes or the server stops.
     *
     * @param known whether the subscriber has named that change himself
     */
    void follow(Context context, CatalogSession session, ChangeFilter filter, long after, boolean known)
            throws IOException {
        if (closing) {
            // Not thrown: it is no failure, which the log would tell of.
            Errors.answer(context, 503, Errors.typeOf(503), "The server is stopping");
            return;
        }
        if (streams.size() >= MOST_SUBSCRIBERS) {
            throw new ServiceUnavailableException("There are %s subscribers already", streams.size());
        }
        ChangeTail tail = tail(session);
        context.res().setContentType("text/event-stream");
        context.res().setCharacterEncoding("utf-8");
        context.res().setHeader("Cache-Control", "no-cache");
        // Proxies that collect answers would hold events back.
        context.res().setHeader("X-Accel-Buffering", "no");
        context.req().startAsync().setTimeout(0);
        ChangeStream stream = new ChangeStream(
                ledger,
                session,
                filter,
                tail,
                readers,
                after,
                known ? after : NOWHERE,
                context.res().getOutputStream());
        streams.add(stream);
        var ended = stream.ended().whenComplete((nothing, failure) -> streams.remove(stream));
        context.future(() -> ended);
        context.res().getOutputStream().setWriteListener(stream);
        if (closing) {
            stream.ended().complete(null);
        }
    }

    private static ThreadPoolExecutor readers() {
        ThreadPoolExecutor readers = new ThreadPoolExecutor(
                MOST_READERS, MOST_READERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "firn-changes-reader");
                    thread.setDaemon(true);
                    return thread;
                });
        readers.allowCoreThreadTimeOut(true);
        return readers;
    }

    private synchronized ChangeTail tail(CatalogSession session) {
        if (thread == null) {
            thread = new Thread(this::run, "firn-changes");
            thread.setDaemon(true);
            thread.start();
        }
        return tails.computeIfAbsent(session.catalog(), catalog -> new ChangeTail(ledger, session));
    }

    private void run() {
        long seen = 0;
        long heartbeat = System.nanoTime();
        while (!closing) {
            try {
                if (ledger.await(seen, LOOK_FOR_THE_END)) {
                    // First asked, then read: what comes in between wakes again, and so does what could not be read.
                    long newest = ledger.newest();
                    tails.values().forEach(ChangeTail::extend);
                    streams.forEach(ChangeStream::wake);
                    seen = newest;
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
                if (System.nanoTime() - heartbeat > HEARTBEAT.toNanos()) {
                    heartbeat = System.nanoTime();
                    streams.forEach(stream -> stream.heartbeat(HEARTBEAT.toNanos() / 2));
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // Whatever it was. Subscribers miss nothing by it, they only wait.
                LOG.error("Cannot read the changes", e);
                LockSupport.parkNanos(LOOK_FOR_THE_END.toNanos());
            }
        }
    }

    void close() {
        closing = true;
        streams.forEach(stream -> stream.ended().complete(null));
        readers.shutdownNow();
    }
}
