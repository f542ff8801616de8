package dev.firn.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;

/**
 * Which changes somebody wants to hear of.
 *
 * @param operations those of these operations; all if it is empty
 * @param namespace those of this namespace, of what is in it, and of the namespaces below it; all if it is empty
 */
public record ChangeFilter(Set<String> operations, Namespace namespace) {
    /** Everything. */
    public static final ChangeFilter ALL = new ChangeFilter(Set.of(), Namespace.empty());

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Keeps a copy of the operations. */
    public ChangeFilter {
        operations = Set.copyOf(operations);
    }

    /** Whether it wants all there is. */
    public boolean isAll() {
        return operations.isEmpty() && namespace.isEmpty();
    }

    /** Whether it wants this change. A rename is one of both its namespaces, a restore of the catalog one of all. */
    public boolean wants(LedgerRow row) {
        if (!operations.isEmpty() && !operations.contains(row.operation())) {
            return false;
        }
        return isWithin(List.of(row.namespace().levels()))
                || row.operation().equals(Operations.RESTORE_CATALOG)
                || row.operation().startsWith("rename-") && isWithin(destination(row));
    }

    private boolean isWithin(List<String> levels) {
        List<String> wanted = List.of(namespace.levels());
        return levels.size() >= wanted.size()
                && levels.subList(0, wanted.size()).equals(wanted);
    }

    private static List<String> destination(LedgerRow row) {
        try {
            List<String> levels = new ArrayList<>();
            for (JsonNode level : JSON.readTree(row.detail()).at("/destination/namespace")) {
                levels.add(level.asText());
            }
            return levels;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The ledger holds a detail that is no JSON: " + row.detail(), e);
        }
    }
}
