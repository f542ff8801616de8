package dev.firn.store;

import java.util.Map;
import org.apache.iceberg.catalog.Namespace;

/**
 * One version of a namespace and its properties.
 *
 * @param namespace the full name
 * @param properties the properties, never null, unmodifiable
 * @param fromChange the ledger's number of the change that made this version
 */
public record NamespaceVersion(Namespace namespace, Map<String, String> properties, long fromChange) {
    public NamespaceVersion {
        properties = Map.copyOf(properties);
    }
}
