package dev.firn.conformance.port.ledger;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** Keeps the numbers of the events that it gets; no thread waits for it, so a test can have hundreds. */
final class LineSubscriber implements Flow.Subscriber<String> {
    private final List<Long> numbers = new CopyOnWriteArrayList<>();
    private long id;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    static LineSubscriber connect(HttpClient client, URI server, String query, long after) {
        LineSubscriber subscriber = new LineSubscriber();
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/api/v1/catalogs/main/changes" + query))
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", String.valueOf(after))
                .build();
        client.sendAsync(request, BodyHandlers.fromLineSubscriber(subscriber)).whenComplete((response, failure) -> {
            if (failure != null) {
                subscriber.onError(failure);
            }
        });
        return subscriber;
    }

    /** Is complete when the server has begun to answer. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    /** Is complete when the server has ended the answer, or has gone. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    List<Long> numbers() {
        return List.copyOf(numbers);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        if (line.equals(":")) {
            begun.complete(null);
        } else if (line.startsWith("id: ")) {
            id = Long.parseLong(line.substring(4));
        } else if (line.startsWith("data: ")) {
            numbers.add(id);
        }
    }

    @Override
    public void onError(Throwable failure) {
        begun.completeExceptionally(failure);
        ended.complete(null);
    }

    @Override
    public void onComplete() {
        ended.complete(null);
    }
}
