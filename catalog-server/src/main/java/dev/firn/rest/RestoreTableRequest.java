package dev.firn.rest;

import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The body of a request to put a table or view back to what it was: its name, and the moment. */
final class RestoreTableRequest extends StrictRequest {
    private @Nullable List<String> namespace;
    private @Nullable String name;
    private @Nullable String at;

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
