package dev.firn.rest;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.jspecify.annotations.Nullable;

/** The body of a request to put a table or view back to what it was: its name, and the moment. */
@SuppressWarnings("UnusedVariable") // Jackson sets the fields.
final class RestoreTableRequest implements RESTRequest {
    private @Nullable List<String> namespace;
    private @Nullable String name;
    private @Nullable String at;

    /** A mistyped field would mean something else. */
    @JsonAnySetter
    void unknown(String field, @Nullable Object value) {
        throw new BadRequestException("Unknown field: %s", field);
    }

    @Override
    public void validate() {
        identifier();
        at();
    }

    TableIdentifier identifier() {
        return NameRequest.identifier("", namespace, name);
    }

    String at() {
        if (at == null || at.isBlank()) {
            throw new BadRequestException("at is missing: a date, a time, or the number of a change as change:1234");
        }
        return at.strip();
    }
}
