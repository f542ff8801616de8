package dev.firn.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.catalog.Names;
import dev.firn.store.ChangeFilter;
import dev.firn.store.Operations;
import io.javalin.http.Context;
import java.util.HashSet;
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
        return filter(
                operations == null || operations.isEmpty() ? List.of() : List.of(operations.split(",", -1)),
                namespace == null || namespace.isEmpty()
                        ? List.of()
                        : List.of(namespace.split(Paths.NAMESPACE_SEPARATOR, -1)));
    }

    /** By the fields of a body; null for what is not restricted. */
    static ChangeFilter of(@Nullable List<@Nullable String> operations, @Nullable List<@Nullable String> namespace) {
        return filter(operations == null ? List.of() : operations, namespace == null ? List.of() : namespace);
    }

    /** Who has mistyped an operation would wait for it forever. */
    private static ChangeFilter filter(List<@Nullable String> operations, List<@Nullable String> namespace) {
        Set<String> known = new HashSet<>();
        for (String operation : operations) {
            if (operation == null) {
                throw new BadRequestException("operations must be a list of names: %s", operations);
            }
            if (!Operations.ALL.contains(operation)) {
                throw new BadRequestException(
                        "Unknown operation: %s (known: %s)",
                        operation, String.join(", ", new TreeSet<>(Operations.ALL)));
            }
            known.add(operation);
        }
        return new ChangeFilter(known, namespace.isEmpty() ? Namespace.empty() : namespace(namespace));
    }

    /** One that cannot be would be waited for forever, or be taken for another, as levels are kept joined. */
    private static Namespace namespace(List<@Nullable String> levels) {
        String[] names = new String[levels.size()];
        for (int i = 0; i < names.length; i++) {
            String level = levels.get(i);
            if (level == null) {
                throw new BadRequestException("namespace must be a list of names: %s", levels);
            }
            names[i] = level;
        }
        try {
            Namespace namespace = Namespace.of(names);
            Names.require(namespace);
            return namespace;
        } catch (BadRequestException | IllegalArgumentException e) {
            throw new BadRequestException(
                    e, "namespace cannot be %s: %s", new String(Json.bytes(levels), UTF_8), e.getMessage());
        }
    }
}
