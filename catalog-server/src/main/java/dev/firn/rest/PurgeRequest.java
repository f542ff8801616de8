package dev.firn.rest;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The body of a request to purge what was dropped: its name, and if need be which of several. */
final class PurgeRequest extends StrictRequest {
    private @Nullable List<String> namespace;
    private @Nullable String name;

    @JsonDeserialize(using = WholeNumber.class)
    private @Nullable Long change;

    @Override
    public void validate() {
        identifier();
        if (change != null && change < 1) {
            throw new BadRequestException("change must be the number of a change: %s", change);
        }
    }

    TableIdentifier identifier() {
        return NameRequest.identifier("", namespace, name);
    }

    OptionalLong change() {
        return change == null ? OptionalLong.empty() : OptionalLong.of(change);
    }
}
