package dev.firn.rest;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.firn.catalog.Undrop;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The body of a request to bring back what was dropped: its name, and if need be which of several, another name, and whether its namespace is made again. */
final class UndropRequest extends StrictRequest {
    private @Nullable List<String> namespace;
    private @Nullable String name;

    @JsonDeserialize(using = WholeNumber.class)
    private @Nullable Long change;

    private @Nullable NameRequest to;

    @JsonDeserialize(using = TrueOrFalse.class)
    private @Nullable Boolean createNamespace;

    @Override
    public void validate() {
        NameRequest.identifier("", namespace, name);
        if (change != null && change < 1) {
            throw new BadRequestException("change must be the number of a change: %s", change);
        }
        if (to != null) {
            to.validate();
        }
    }

    Undrop undrop() {
        var identifier = NameRequest.identifier("", namespace, name);
        return new Undrop(
                identifier,
                change == null ? OptionalLong.empty() : OptionalLong.of(change),
                to == null ? identifier : to.identifier(),
                Boolean.TRUE.equals(createNamespace));
    }
}
