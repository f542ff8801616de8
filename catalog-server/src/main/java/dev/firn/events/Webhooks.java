package dev.firn.events;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Ledger;
import dev.firn.store.AddedWebhook;
import dev.firn.store.ChangeFilter;
import dev.firn.store.NewWebhook;
import dev.firn.store.Receipt;
import dev.firn.store.Webhook;
import dev.firn.store.WebhookStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;

/** The webhooks of this server: who is told of changes, and that they are told. Until there is one, nothing runs here. */
public final class Webhooks implements AutoCloseable {
    private static final int MOST = 100;
    private static final int LARGEST_PORT = 65_535;

    /** How long requests under way may take when the server stops. */
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private final WebhookStore store;
    private final Ledger ledger;
    private final Clock clock;
    private final Sender sender;
    private final Pauses pauses;
    private final Map<Long, Delivery> deliveries = new ConcurrentHashMap<>();

    /** Of webhooks that have been removed, as long as a request may be under way. */
    private final Map<Long, Delivery> removed = new ConcurrentHashMap<>();

    private boolean started;

    /** Over this state. Nothing is delivered before {@link #start}. */
    public Webhooks(WebhookStore store, Ledger ledger, Clock clock, WebhookLimits limits) {
        this.store = store;
        this.ledger = ledger;
        this.clock = clock;
        this.sender = new Sender(limits.answer(), clock);
        this.pauses = new Pauses(limits.longestPause());
    }

    /** Begins to deliver, each webhook from where it was. */
    public synchronized void start() {
        started = true;
        store.all().forEach(this::deliver);
    }

    /** To be called when a backup has become the state. Most often there are the same as before; in a state that was empty, those of the backup begin. */
    public synchronized void stateReplaced() {
        Map<Long, Webhook> present = store.all().stream().collect(Collectors.toMap(Webhook::id, webhook -> webhook));
        deliveries.keySet().stream().filter(id -> !present.containsKey(id)).forEach(this::end);
        present.values().stream()
                .filter(webhook -> !deliveries.containsKey(webhook.id()))
                .forEach(this::deliver);
    }

    private void deliver(Webhook webhook) {
        if (started && webhook.disabled() == null) {
            deliveries.put(
                    webhook.id(),
                    new Delivery(webhook, ledger, sender, pauses, clock, reason -> store.disable(webhook, reason)));
        }
    }

    /**
     * Makes a webhook.
     *
     * @param url http or https
     * @param secret what deliveries are signed with; null for a new one
     * @param after the change that it begins behind; null for now
     * @throws BadRequestException if one of them cannot be
     */
    public synchronized AddedWebhook add(
            CatalogSession session, String url, @Nullable String secret, ChangeFilter filter, @Nullable Long after) {
        requirePresent(session);
        requireAddress(url);
        if (after != null && (after < 0 || after > ledger.newest())) {
            throw new BadRequestException(
                    "There is no change %s to begin behind, the newest is %s", after, ledger.newest());
        }
        if (store.all().size() >= MOST) {
            throw new BadRequestException("There are %s webhooks already", MOST);
        }
        String signedWith = secret == null ? Signatures.newSecret() : Signatures.secret(secret);
        AddedWebhook added = store.add(
                new NewWebhook(session.catalog(), url, signedWith, filter, session.principal(), after),
                session::receipt);
        deliver(added.webhook());
        return added;
    }

    private static void requirePresent(CatalogSession session) {
        if (!session.moment().isPresent()) {
            throw new BadRequestException("Nothing happens any more in a past catalog: %s", session.name());
        }
    }

    private static void requireAddress(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
                throw new BadRequestException("The address of a webhook must begin with http:// or https://: %s", url);
            }
            if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
                throw new BadRequestException(
                        "The address of a webhook must name a host, and neither a user nor a fragment: %s", url);
            }
            if (uri.getPort() == 0 || uri.getPort() > LARGEST_PORT) {
                throw new BadRequestException("There is no such port: %s", url);
            }
        } catch (URISyntaxException e) {
            throw new BadRequestException(e, "Not an address: %s", url);
        }
    }

    /** The webhooks of a catalog and how they go, in the order in which they were made. */
    public List<WebhookStatus> list(CatalogSession session) {
        long newest = ledger.newest();
        return store.all().stream()
                .filter(webhook -> webhook.catalog().equals(session.catalog()))
                .map(webhook -> status(webhook, newest))
                .toList();
    }

    /** One webhook and how it goes. Throws {@link NotFoundException} if the catalog has none of this number. */
    public WebhookStatus get(CatalogSession session, long id) {
        return status(find(session, id), ledger.newest());
    }

    private WebhookStatus status(Webhook webhook, long newest) {
        Delivery delivery = deliveries.get(webhook.id());
        long position = delivery == null ? ledger.position(webhook.follower()) : delivery.reached();
        Progress progress = delivery == null ? Progress.NONE : delivery.progress();
        return new WebhookStatus(webhook, position, Math.max(0, newest - position), progress);
    }

    private Webhook find(CatalogSession session, long id) {
        return store.all().stream()
                .filter(webhook -> webhook.id() == id && webhook.catalog().equals(session.catalog()))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("Webhook does not exist: %s", id));
    }

    /** Sends an event that tells of nothing, once. Throws {@link NotFoundException} if the catalog has no webhook of this number. */
    public Attempt test(CatalogSession session, long id) throws InterruptedException {
        requirePresent(session);
        Webhook webhook = find(session, id);
        return sender.send(webhook, CloudEvent.test(webhook, clock.instant()), () -> {});
    }

    /**
     * Tells an address again that was told nothing any more, beginning with the change that it did not take. One that is told changes already is left as it is.
     *
     * @throws NotFoundException if the catalog has no webhook of this number
     * @throws BadRequestException if changes that it was not told are no longer kept
     */
    public synchronized WebhookStatus enable(CatalogSession session, long id) {
        requirePresent(session);
        Webhook webhook = find(session, id);
        if (webhook.disabled() != null) {
            // The delivery that was told to go may not have kept yet how far it came.
            end(id);
            store.enable(webhook);
            deliver(find(session, id));
        }
        return get(session, id);
    }

    private void end(long id) {
        Delivery delivery = deliveries.remove(id);
        if (delivery != null) {
            delivery.end();
            delivery.awaitEnd(System.nanoTime() + CLOSING.toNanos());
        }
    }

    /** Ends a webhook: when it returns, nothing more is sent. Throws {@link NotFoundException} if the catalog has none of this number. */
    public void remove(CatalogSession session, long id) {
        try {
            forget(session, id);
        } finally {
            // Waited for outside of the lock, as all others would wait with it; also by who removes it once more
            // meanwhile.
            Delivery delivery = removed.get(id);
            if (delivery != null) {
                delivery.awaitEnd(System.nanoTime() + CLOSING.toNanos());
                removed.remove(id);
            }
        }
    }

    private synchronized void forget(CatalogSession session, long id) {
        requirePresent(session);
        Webhook webhook = find(session, id);
        Delivery delivery = deliveries.get(id);
        // With the removal itself: until its delivery has ended, a while passes.
        Optional<Receipt> receipt = session.receipt(null);
        if (delivery == null) {
            store.remove(webhook, receipt);
            return;
        }
        delivery.endWith(() -> store.remove(webhook, receipt));
        removed.put(id, delivery);
        deliveries.remove(id);
    }

    /** Stops to deliver. */
    @Override
    public synchronized void close() {
        long deadline = System.nanoTime() + CLOSING.toNanos();
        deliveries.values().forEach(Delivery::end);
        deliveries.values().forEach(delivery -> delivery.awaitEnd(deadline));
        deliveries.clear();
        sender.close();
    }
}
