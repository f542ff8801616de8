package dev.firn.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The port to the webhooks. How far each has been told is a position of the {@linkplain LedgerStore#position ledger}, under its {@link Webhook#follower}.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now; what changes throws as {@link
 * CatalogStore#apply}, and is durable when it returns.
 */
public interface WebhookStore {
    /**
     * Makes a webhook, together with its position. From then on only its owner can read the state: it holds a secret.
     *
     * @param receipt makes what is to be remembered of the request, in the same transaction; empty if nothing is
     * @throws ReceiptTakenException if its key has one
     */
    AddedWebhook add(NewWebhook wanted, Function<AddedWebhook, Optional<Receipt>> receipt);

    /** All webhooks of all catalogs, in the order in which they were made. */
    List<Webhook> all();

    /** Sends nothing to it any more, for this reason. */
    void disable(Webhook webhook, String reason);

    /**
     * Sends to it again, and tells whether it was there.
     *
     * @throws org.apache.iceberg.exceptions.BadRequestException if changes that it was not told are no longer kept
     */
    boolean enable(Webhook webhook);

    /**
     * Ends a webhook and forgets its position, and tells whether it was there.
     *
     * @param receipt what is to be remembered of the request, in the same transaction; empty if nothing is
     * @throws ReceiptTakenException if its key has one
     */
    boolean remove(Webhook webhook, Optional<Receipt> receipt);
}
