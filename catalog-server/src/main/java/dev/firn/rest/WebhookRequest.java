package dev.firn.rest;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.firn.store.ChangeFilter;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.jspecify.annotations.Nullable;

/** The body that asks for a webhook. */
@SuppressWarnings("UnusedVariable") // Jackson sets the fields.
final class WebhookRequest implements RESTRequest {
    private @Nullable String url;
    private @Nullable String secret;
    private @Nullable List<String> operations;
    private @Nullable List<String> namespace;
    private @Nullable Long after;

    /** A mistyped restriction would mean none. */
    @JsonAnySetter
    void unknown(String field, @Nullable Object value) {
        throw new BadRequestException("Unknown field: %s", field);
    }

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
