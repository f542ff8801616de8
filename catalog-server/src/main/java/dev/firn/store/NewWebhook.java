package dev.firn.store;

import org.jspecify.annotations.Nullable;

/**
 * A webhook that is to be made.
 *
 * @param catalog whose changes it is told
 * @param url where they are sent
 * @param secret what they are signed with, as {@code whsec_…}
 * @param filter which changes it is told
 * @param principal who asks for it
 * @param after the change that it is to begin behind; null for the newest at that moment
 */
public record NewWebhook(
        CatalogRecord catalog,
        String url,
        String secret,
        ChangeFilter filter,
        String principal,
        @Nullable Long after) {
    @Override
    public String toString() {
        return "NewWebhook[" + url + "]";
    }
}
