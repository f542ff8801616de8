package dev.firn.rest;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** The name of a table or view in the body of a request of our own. */
final class NameRequest {
    private @Nullable List<String> namespace;
    private @Nullable String name;

    /** As in a {@link StrictRequest}. */
    @JsonAnySetter
    @SuppressWarnings("UnusedVariable") // Jackson gives it.
    void unknown(String field, @Nullable Object value) {
        throw new BadRequestException("Unknown field: to.%s", field);
    }

    void validate() {
        identifier();
    }

    TableIdentifier identifier() {
        return identifier("to.", namespace, name);
    }

    /** The name of these parts; {@code where} begins the message if one is missing. */
    static TableIdentifier identifier(String where, @Nullable List<String> namespace, @Nullable String name) {
        if (namespace == null || namespace.isEmpty() || namespace.contains(null)) {
            throw new BadRequestException("%snamespace must be a list of at least one level: %s", where, namespace);
        }
        if (name == null || name.isEmpty()) {
            throw new BadRequestException("%sname is missing", where);
        }
        return TableIdentifier.of(Namespace.of(namespace.toArray(new String[0])), name);
    }
}
