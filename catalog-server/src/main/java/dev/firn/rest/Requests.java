package dev.firn.rest;

import dev.firn.catalog.TableCommit;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.jspecify.annotations.Nullable;

/** From the types of requests to those of the catalog. */
final class Requests {
    private Requests() {}

    /** Properties without nulls. Throws {@link BadRequestException} if one has no value. */
    static Map<String, String> properties(@Nullable Map<String, String> properties) {
        if (properties == null) {
            return Map.of();
        }
        properties.forEach((key, value) -> {
            if (key == null || value == null) {
                throw new BadRequestException("The property %s has no value", key);
            }
        });
        return Map.copyOf(properties);
    }

    /** A commit to a table or view. Throws {@link BadRequestException} if an identifier in the body is not the one of the path. */
    static TableCommit commit(TableIdentifier identifier, UpdateTableRequest request) {
        if (request.identifier() != null && !request.identifier().equals(identifier)) {
            throw new BadRequestException(
                    "The identifier of the body is not the one of the path: %s, %s", request.identifier(), identifier);
        }
        return new TableCommit(identifier, request.requirements(), request.updates());
    }
}
