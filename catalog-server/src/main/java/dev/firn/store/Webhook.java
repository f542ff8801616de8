package dev.firn.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An address that is told the changes of a catalog.
 *
 * @param id its number, never used again
 * @param catalog whose changes it is told
 * @param url where they are sent
 * @param secret what they are signed with, as {@code whsec_…}
 * @param filter which changes it is told
 * @param createdAt when it was made
 * @param createdBy who made it
 * @param disabled why nothing is sent to it any more; null as long as something is
 */
public record Webhook(
        long id,
        CatalogRecord catalog,
        String url,
        String secret,
        ChangeFilter filter,
        Instant createdAt,
        String createdBy,
        @Nullable String disabled) {
    /** The name under which the ledger keeps how far it has been told. */
    public String follower() {
        return "webhook:" + id;
    }

    /** Its secret does not get into logs. */
    @Override
    public String toString() {
        return "Webhook[" + id + ", " + url + "]";
    }
}
