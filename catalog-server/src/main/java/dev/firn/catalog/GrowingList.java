package dev.firn.catalog;

import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** The lists of a table's metadata that become long and whose elements never change: what one state has of them, the next has too, but for a few. */
public enum GrowingList {
    SCHEMAS("schemas", TableMetadata::schemas),
    SNAPSHOTS("snapshots", TableMetadata::snapshots),
    SNAPSHOT_LOG("snapshot-log", TableMetadata::snapshotLog),
    METADATA_LOG("metadata-log", TableMetadata::previousFiles);

    private static final List<GrowingList> ALL = List.of(values());

    private final String field;
    private final Function<TableMetadata, List<?>> elements;

    GrowingList(String field, Function<TableMetadata, List<?>> elements) {
        this.field = field;
        this.elements = elements;
    }

    /** The list that stands in a field of the metadata; null if none of these does. */
    static @Nullable GrowingList of(String field) {
        for (GrowingList list : ALL) {
            if (list.field.equals(field)) {
                return list;
            }
        }
        return null;
    }

    List<?> elements(TableMetadata metadata) {
        return elements.apply(metadata);
    }
}
