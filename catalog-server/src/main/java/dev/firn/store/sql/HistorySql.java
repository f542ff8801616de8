package dev.firn.store.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Walks the versions of one table back to its beginning: from commit to commit under one name, and over renames and undrops to the name before. */
final class HistorySql {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HistorySql() {}

    private record Version(
            String uuid,
            String metadataLocation,
            long from,
            @Nullable Long to) {}

    /** A name, as it stands in columns, and the end of the version that is wanted. */
    private record Step(String namespace, String name, long until) {}

    private record Cause(String operation, String namespace, String name, JsonNode detail) {}

    static List<Entry> versions(Handle handle, CatalogRecord catalog, Entry last) {
        List<Entry> found = new ArrayList<>();
        @Nullable
        Step step = new Step(
                Rows.column(last.identifier().namespace()), last.identifier().name(), last.fromChange() + 1);
        while (step != null) {
            long beginning = walk(handle, catalog, step, last.uuid(), found);
            step = beginning == 0 ? null : before(handle, step, beginning);
        }
        return found;
    }

    /** Adds the versions of a name that follow each other without a gap; the change that made the first of them, or 0 if it ends there for certain. */
    private static long walk(Handle handle, CatalogRecord catalog, Step step, String uuid, List<Entry> found) {
        try (Stream<Version> versions = handle
                .createQuery("""
                select uuid, metadata_location, from_change, to_change
                  from entry_version
                 where catalog_id = :catalog and namespace = :namespace and name = :name and from_change < :until
                 order by from_change desc""")
                .bind("catalog", catalog.id())
                .bind("namespace", step.namespace())
                .bind("name", step.name())
                .bind("until", step.until())
                .map((row, context) -> {
                    long to = row.getLong("to_change");
                    return new Version(
                            row.getString("uuid"),
                            row.getString("metadata_location"),
                            row.getLong("from_change"),
                            row.wasNull() ? null : to);
                })
                .stream()) {
            long begun = 0;
            for (Iterator<Version> all = versions.iterator(); all.hasNext(); ) {
                Version version = all.next();
                boolean follows = begun == 0 || (version.to() != null && version.to() == begun);
                if (!follows) {
                    return begun;
                }
                if (!version.uuid().equals(uuid)) {
                    // Another table had the name until it was overwritten: its files are not this one's.
                    return 0;
                }
                found.add(new Entry(
                        EntryKind.TABLE,
                        TableIdentifier.of(Rows.namespace(step.namespace()), step.name()),
                        uuid,
                        version.metadataLocation(),
                        version.from()));
                begun = version.from();
            }
            return begun;
        }
    }

    private static @Nullable Step before(Handle handle, Step step, long beginning) {
        Optional<Cause> cause = handle.createQuery(
                        "select operation, namespace, name, detail from change where change_id = :change")
                .bind("change", beginning)
                .map((row, context) -> new Cause(
                        row.getString("operation"),
                        row.getString("namespace"),
                        row.getString("name"),
                        json(row.getString("detail"))))
                .findOne();
        if (cause.isEmpty()) {
            return null;
        }
        return switch (cause.get().operation()) {
            case "rename-table" -> new Step(cause.get().namespace(), cause.get().name(), beginning);
            case "undrop-table" -> beforeUndrop(step, cause.get().detail());
            default -> null;
        };
    }

    private static Step beforeUndrop(Step step, JsonNode detail) {
        long dropped = detail.path("dropped").asLong();
        JsonNode former = detail.path("dropped-as");
        if (former.isMissingNode()) {
            return new Step(step.namespace(), step.name(), dropped);
        }
        List<String> levels = new ArrayList<>();
        former.path("namespace").forEach(level -> levels.add(level.asText()));
        return new Step(String.join("\u001f", levels), former.path("name").asText(), dropped);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The ledger holds a detail that is no JSON: " + text, e);
        }
    }
}
