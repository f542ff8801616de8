package dev.firn.events;

import dev.firn.store.Webhook;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends signed events. Its HTTP client is made for the first of them: a server without webhooks has none. */
final class Sender {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** An answer that takes longer than this is late. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    /** A receiver may ask for no longer pause than this. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

    /**
     * A receiver may close a connection after its answer without a word, as those of HTTP/1.0 do, and the client notices when it sends the next event. Told so, Java's client sends it
     * once more on a connection of its own; otherwise it would count as a failure, with the pause after one.
     */
    private static final String SEND_AGAIN = "jdk.httpclient.enableAllMethodRetry";

    private final Duration patience;
    private final Clock clock;
    private @Nullable HttpClient client;

    /** {@code patience} is how long a whole answer may take. */
    Sender(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    private synchronized HttpClient client() {
        HttpClient present = client;
        if (present == null) {
            if (System.getProperty(SEND_AGAIN) == null) {
                System.setProperty(SEND_AGAIN, "true");
            }
            // Redirects are not followed: the answer of another address says nothing about this one.
            present = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
            client = present;
        }
        return present;
    }

    /** Sends an event once, signed with the time of now. {@code meanwhile} is run if the answer is not there soon. */
    Attempt send(Webhook webhook, CloudEvent event, Runnable meanwhile) throws InterruptedException {
        long seconds = clock.instant().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook.url()))
                .POST(BodyPublishers.ofByteArray(event.body()))
                .timeout(patience)
                .header("Content-Type", CloudEvent.CONTENT_TYPE)
                .header("User-Agent", "Firn")
                .header("webhook-id", event.id())
                .header("webhook-timestamp", String.valueOf(seconds))
                .header("webhook-signature", Signatures.sign(webhook.secret(), event.id(), seconds, event.body()))
                .build();
        CompletableFuture<HttpResponse<Void>> answer = client().sendAsync(request, BodyHandlers.discarding());
        try {
            // The time limit of a request ends with the headers of the answer, and its body may never end.
            HttpResponse<Void> response = await(answer, meanwhile);
            return Attempt.answered(response.statusCode(), retryAfter(response));
        } catch (TimeoutException e) {
            return tooLate();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            // The request has the same limit, and either may end first.
            boolean late = cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
            return late ? tooLate() : Attempt.unanswered(reason(cause));
        } finally {
            answer.cancel(true);
        }
    }

    private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer, Runnable meanwhile)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            return answer.get(Math.min(MOMENT.toNanos(), patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            meanwhile.run();
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private Attempt tooLate() {
        return Attempt.unanswered("did not answer within " + patience.toMillis() + " ms");
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "cannot be reached";
        }
        String name = failure.getClass().getSimpleName().replaceAll("Exception$", "");
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }

    private @Nullable Duration retryAfter(HttpResponse<?> response) {
        String text = response.headers().firstValue("Retry-After").orElse("").strip();
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
}
