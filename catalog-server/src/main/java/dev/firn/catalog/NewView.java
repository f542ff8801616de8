package dev.firn.catalog;

import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.view.ViewVersion;
import org.jspecify.annotations.Nullable;

/**
 * A view that is to be made.
 *
 * @param location where its metadata is to stand; null for a place of the catalog's choice
 */
public record NewView(
        TableIdentifier identifier,
        @Nullable String location,
        Schema schema,
        ViewVersion version,
        Map<String, String> properties) {}
