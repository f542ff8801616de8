package dev.firn.rest;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.firn.store.ChangeFilter;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The body that asks for a webhook. */
@SuppressWarnings("UnusedVariable") // Jackson sets the fields.
final class WebhookRequest extends StrictRequest {
    private @Nullable String url;
    private @Nullable String secret;
    private @Nullable List<@Nullable String> operations;
    private @Nullable List<@Nullable String> namespace;

    @JsonDeserialize(using = WholeNumber.class)
    private @Nullable Long after;

    @Override
    public void validate() {
        if (url == null) {
            throw new BadRequestException("url is missing");
        }
        filter();
    }

    String url() {
        return url == null ? "" : url;
    }

    @Nullable
    String secret() {
        return secret;
    }

    ChangeFilter filter() {
        return ChangeFilters.of(operations, namespace);
    }

    @Nullable
    Long after() {
        return after;
    }
}
