package dev.firn.events;

import dev.firn.store.Webhook;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/** Sends signed events. */
final class Sender implements AutoCloseable {
    /** An answer that takes longer than this is late. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    /** A receiver may ask for no longer pause than this. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

    /**
     * A receiver may close a connection after its answer without a word, as those of HTTP/1.0 do, and it is noticed when the next event is sent. Then that is sent again on another;
     * otherwise it would count as a failure, with the pause after one. Where several webhooks have the same address, the next connection may have been closed too.
     */
    private static final int MOST_STALE = 5;

    private final Duration patience;
    private final Clock clock;
    private final ReceiverClient client;

    /** {@code patience} is how long a whole answer may take. */
    Sender(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
        this.client = new ReceiverClient(patience);
    }

    /** Sends an event once, signed with the time of now. {@code meanwhile} is run if the answer is not there soon. */
    Attempt send(Webhook webhook, CloudEvent event, Runnable meanwhile) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Exchange exchange = exchange(webhook, event, meanwhile, deadline);
        for (int i = 0; i < MOST_STALE && exchange.isStale(); i++) {
            exchange = exchange(webhook, event, meanwhile, deadline);
        }
        Response answer = exchange.answer();
        if (answer != null) {
            return Attempt.answered(answer.getStatus(), retryAfter(answer));
        }
        Throwable failure = exchange.failure();
        return failure == null || failure instanceof TimeoutException ? tooLate() : Attempt.unanswered(reason(failure));
    }

    private Exchange exchange(Webhook webhook, CloudEvent event, Runnable meanwhile, long deadline)
            throws InterruptedException {
        Exchange exchange = Exchange.begin(request(webhook, event));
        try {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!exchange.await(left.compareTo(MOMENT) < 0 ? left : MOMENT)) {
                meanwhile.run();
                exchange.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
            return exchange;
        } finally {
            exchange.giveUp();
        }
    }

    private Request request(Webhook webhook, CloudEvent event) {
        long seconds = clock.instant().getEpochSecond();
        String signature = Signatures.sign(webhook.secret(), event.id(), seconds, event.body());
        return client.request(URI.create(webhook.url()))
                .method("POST")
                .headers(headers -> headers.put("User-Agent", "Firn")
                        .put("webhook-id", event.id())
                        .put("webhook-timestamp", String.valueOf(seconds))
                        .put("webhook-signature", signature))
                .body(new BytesRequestContent(CloudEvent.CONTENT_TYPE, event.body()));
    }

    private Attempt tooLate() {
        return Attempt.unanswered("did not answer within " + patience.toMillis() + " ms");
    }

    private static String reason(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "cannot be reached: there is no address of its name";
        }
        if (failure instanceof SocketTimeoutException) {
            return "cannot be reached within " + ReceiverClient.CONNECT.toMillis() + " ms";
        }
        if (failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnresolvedAddressException) {
            return "cannot be reached";
        }
        if (failure instanceof EOFException || failure instanceof ClosedChannelException) {
            return "the connection ended before a whole answer";
        }
        if (failure instanceof HttpResponseException && failure.getCause() != null) {
            return "did not answer as HTTP wants it: " + failure.getCause().getMessage();
        }
        String name = failure.getClass().getSimpleName().replaceAll("Exception$", "");
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }

    private @Nullable Duration retryAfter(Response response) {
        HttpField field = response.getHeaders().getField("Retry-After");
        String text = field == null || field.getValue() == null
                ? ""
                : field.getValue().strip();
        if (text.isEmpty()) {
            return null;
        }
        Duration wanted = text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : until(text);
        return wanted == null || wanted.compareTo(LONGEST_RETRY_AFTER) < 0 ? wanted : LONGEST_RETRY_AFTER;
    }

    /** The time until a date as HTTP writes it; null if it is none, or has passed. */
    private @Nullable Duration until(String date) {
        try {
            Instant then = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration pause = Duration.between(clock.instant(), then);
            return pause.isNegative() ? null : pause;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Gives up what is under way, and ends the threads and connections. */
    @Override
    public void close() {
        client.close();
    }
}
