package dev.firn.catalog;

import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** Functions of namespaces. The specification can list and load them but has no way to make one, so there are none. */
public final class Functions {
    private final Namespaces namespaces;

    /** In these namespaces. */
    public Functions(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    /** The names of the functions of a namespace. Throws {@code NoSuchNamespaceException} if it does not exist. */
    public List<String> list(CatalogSession session, Namespace namespace) {
        namespaces.load(session, namespace);
        return List.of();
    }

    /** Throws {@code NoSuchNamespaceException}, or {@link NoSuchFunctionException}. */
    public void load(CatalogSession session, TableIdentifier function) {
        namespaces.load(session, function.namespace());
        throw new NoSuchFunctionException(function.toString());
    }
}
