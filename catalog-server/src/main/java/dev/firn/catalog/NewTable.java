package dev.firn.catalog;

import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A table that is to be made.
 *
 * @param location where it is to stand; null for a place of the catalog's choice
 */
public record NewTable(
        TableIdentifier identifier,
        @Nullable String location,
        Schema schema,
        PartitionSpec spec,
        SortOrder sortOrder,
        Map<String, String> properties) {}
