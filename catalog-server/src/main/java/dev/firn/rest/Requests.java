package dev.firn.rest;

import dev.firn.catalog.NewTable;
import dev.firn.catalog.TableCommit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.CreateTableRequest;
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

    /** Keys of properties without nulls. Throws {@link BadRequestException} if one is null. */
    static List<String> keys(@Nullable List<String> keys) {
        if (keys == null) {
            return List.of();
        }
        if (keys.stream().anyMatch(Objects::isNull)) {
            throw new BadRequestException("The key of a property must not be null: %s", keys);
        }
        return List.copyOf(keys);
    }

    /** The identifier of what a body names. Throws {@link BadRequestException} if the name is empty. */
    static TableIdentifier identifier(Namespace namespace, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw new BadRequestException("A name must not be empty");
        }
        return TableIdentifier.of(namespace, name);
    }

    /** A table to be made. Throws {@link BadRequestException} if its partitioning or order does not fit its schema. */
    static NewTable table(Namespace namespace, CreateTableRequest request) {
        TableIdentifier identifier = identifier(namespace, request.name());
        try {
            return new NewTable(
                    identifier,
                    request.location(),
                    request.schema(),
                    request.spec() == null ? PartitionSpec.unpartitioned() : request.spec(),
                    request.writeOrder() == null ? SortOrder.unsorted() : request.writeOrder(),
                    properties(request.properties()));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "Cannot create the table %s: %s", identifier, e.getMessage());
        }
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
