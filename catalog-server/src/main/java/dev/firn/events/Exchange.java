package dev.firn.events;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** One request on its way, and its answer, of which the head is kept and the body only waited for. */
final class Exchange implements Response.Listener, Request.Listener {
    /** In which an answer that flows comes to its next piece. */
    private static final Duration NEXT_PIECE = Duration.ofMillis(50);

    private final Request request;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private volatile boolean onUsedConnection;
    private volatile boolean answerBegun;
    private volatile boolean givenUp;
    private volatile @Nullable Result result;

    private Exchange(Request request) {
        this.request = request;
    }

    /** Sends a request. */
    static Exchange begin(Request request) {
        Exchange exchange = new Exchange(request);
        request.onRequestListener(exchange).send(exchange);
        return exchange;
    }

    @Override
    public void onBegin(Request sent) {
        connection = sent.getConnection();
        onUsedConnection =
                sent.getConnection() instanceof org.eclipse.jetty.io.Connection used && used.getMessagesIn() > 0;
    }

    @Override
    public void onBegin(Response response) {
        answerBegun = true;
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
        if (givenUp) {
            CompletableFuture<Boolean> unused = response.abort(new TimeoutException("Given up"));
        } else {
            demander.run();
        }
    }

    @Override
    public void onComplete(Result outcome) {
        Connection used = connection;
        if (used != null && outcome.getResponse().getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
            // It is left to whoever speaks the other protocol, and nobody does.
            used.close();
        }
        result = outcome;
        over.countDown();
    }

    /** Whether it is over, after at most this time. */
    boolean await(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The answer; null if there is none, or only a part. */
    @Nullable
    Response answer() {
        Result known = result;
        return known == null || known.isFailed() ? null : known.getResponse();
    }

    /** Why there is no answer; null if there is one, or it was given up. */
    @Nullable
    Throwable failure() {
        Result known = result;
        return known == null || givenUp ? null : known.getFailure();
    }

    /** Whether it may have met a connection that the receiver had closed after its last answer, without a word. Then it says nothing about the receiver. */
    boolean isStale() {
        return onUsedConnection && !answerBegun && failure() instanceof IOException;
    }

    /** Ends it, and its connection, if it is not over. */
    void giveUp() {
        if (over.getCount() == 0) {
            return;
        }
        givenUp = true;
        try {
            // The thread that reads the answer ends it best: from elsewhere its buffer would be taken away under its
            // hands.
            if (await(NEXT_PIECE)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CompletableFuture<Boolean> unused = request.abort(new TimeoutException("Given up"));
    }
}
