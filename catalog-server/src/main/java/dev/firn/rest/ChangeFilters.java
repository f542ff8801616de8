package dev.firn.rest;

import dev.firn.store.ChangeFilter;
import dev.firn.store.Operations;
import io.javalin.http.Context;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/** Which changes a request wants to hear of. */
final class ChangeFilters {
    private ChangeFilters() {}

    /** By the parameters {@code operations}, with commas between, and {@code namespace}, whose levels are joined as in paths. */
    static ChangeFilter of(Context context) {
        String operations = context.queryParam("operations");
        String namespace = context.queryParam("namespace");
        return of(
                operations == null || operations.isEmpty() ? List.of() : List.of(operations.split(",", -1)),
                namespace == null || namespace.isEmpty() ? Namespace.empty() : Paths.namespace(namespace));
    }

    /** By the fields of a body; null for what is not restricted. */
    static ChangeFilter of(@Nullable List<String> operations, @Nullable List<String> namespace) {
        return of(
                operations == null ? List.of() : operations,
                namespace == null ? Namespace.empty() : Namespace.of(namespace.toArray(new String[0])));
    }

    /** Who has mistyped an operation would wait for it forever. */
    private static ChangeFilter of(Collection<String> operations, Namespace namespace) {
        for (String operation : operations) {
            if (!Operations.ALL.contains(operation)) {
                throw new BadRequestException(
                        "Unknown operation: %s (known: %s)",
                        operation, String.join(", ", new TreeSet<>(Operations.ALL)));
            }
        }
        return new ChangeFilter(Set.copyOf(operations), namespace);
    }
}
