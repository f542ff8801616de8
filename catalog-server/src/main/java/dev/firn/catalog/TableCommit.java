package dev.firn.catalog;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What a client wants of one table or view: if all requirements hold, all updates.
 *
 * @param identifier which one
 * @param requirements what must be true of its present state
 * @param updates applied in this order
 */
public record TableCommit(
        TableIdentifier identifier, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
    private static final ConcurrentMap<Class<?>, String> NAMES = new ConcurrentHashMap<>();

    public TableCommit {
        requirements = List.copyOf(requirements);
        updates = List.copyOf(updates);
    }

    /** Whether the table is to be made by this commit: the end of a staged create. */
    boolean creates() {
        return requirements.stream().anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
    }

    /** The names of the updates, as the specification writes them: {@code add-snapshot}. */
    List<String> updateNames() {
        return updates.stream().map(TableCommit::name).distinct().toList();
    }

    private static String name(MetadataUpdate update) {
        return NAMES.computeIfAbsent(
                update.getClass(),
                type -> type.getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                        .toLowerCase(Locale.ROOT));
    }
}
