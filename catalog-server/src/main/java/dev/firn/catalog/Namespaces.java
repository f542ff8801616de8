package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.Page;
import dev.firn.store.StaleStateException;
import dev.firn.store.Submission;
import dev.firn.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Namespaces and their properties. */
public final class Namespaces {
    private static final Logger LOG = LoggerFactory.getLogger(Namespaces.class);
    private static final int MOST_ATTEMPTS = 100;

    private final CatalogStore store;
    private final Warehouse warehouse;
    private final Finishers finishers;

    /** Over this state; locations that properties name are checked against the warehouse. */
    Namespaces(CatalogStore store, Warehouse warehouse, Finishers finishers) {
        this.store = store;
        this.warehouse = warehouse;
        this.finishers = finishers;
    }

    /**
     * The last levels of the namespaces directly below {@code parent}, or of the top level.
     *
     * @throws NoSuchNamespaceException if the parent does not exist
     */
    public List<String> list(CatalogSession session, Namespace parent, Page page) {
        if (!parent.isEmpty()) {
            load(session, parent);
        }
        return store.namespaces(session.catalog(), parent, session.moment(), page).stream()
                .map(child -> child.level(child.length() - 1))
                .toList();
    }

    /**
     * A number for the names directly in a namespace, or of the top level: a listing of them stays right as long as this is the same. To be asked before the
     * listing is read; empty if that must not be kept.
     */
    public OptionalLong listingVersion(CatalogSession session, Namespace namespace) {
        return session.moment().isPresent() ? store.listingVersion(session.catalog(), namespace) : OptionalLong.empty();
    }

    /** Makes a namespace, and the parents that it still lacks. The result is known when that is durable; what uses it must not wait for a client. */
    public CompletableFuture<Created> create(
            CatalogSession session, Namespace namespace, Map<String, String> properties) {
        session.requirePresent();
        Names.require(namespace);
        requireInside(properties);
        Created created = new Created(namespace, properties);
        Submission<Long> submission =
                store.submit(session.transaction(new Change.CreateNamespace(namespace, properties), created));
        return finishers.ask(submission, () -> {
            submission.await();
            return created;
        });
    }

    /**
     * A namespace with its properties.
     *
     * @throws NoSuchNamespaceException if it does not exist
     */
    public NamespaceVersion load(CatalogSession session, Namespace namespace) {
        return store.namespace(session.catalog(), namespace, session.moment())
                .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", namespace));
    }

    /** Sets and removes properties; a change made by another in between is kept, as far as it is of other keys. */
    public PropertyChanges updateProperties(
            CatalogSession session, Namespace namespace, List<String> removals, Map<String, String> updates) {
        session.requirePresent();
        requireInside(updates);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            NamespaceVersion present = load(session, namespace);
            Map<String, String> properties = new HashMap<>(present.properties());
            List<String> removed = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            for (String key : removals) {
                (properties.remove(key) == null ? missing : removed).add(key);
            }
            properties.putAll(updates);
            PropertyChanges result = new PropertyChanges(List.copyOf(updates.keySet()), removed, missing);
            try {
                if (!properties.equals(present.properties())) {
                    store.apply(session.transaction(new Change.SetNamespaceProperties(present, properties), result));
                } else {
                    session.receipt(result).ifPresent(store::remember);
                }
                return result;
            } catch (StaleStateException e) {
                LOG.debug("Lost a race, trying again: {}", e.getMessage());
            }
        }
        throw new ServiceUnavailableException("Namespace changes too often; try again: %s", namespace);
    }

    /** Ends a namespace that is empty. The result is known when that is durable, as with {@link #create}. */
    public CompletableFuture<Long> drop(CatalogSession session, Namespace namespace) {
        return finishers.ask(store.submit(session.transaction(new Change.DropNamespace(namespace))));
    }

    private void requireInside(Map<String, String> properties) {
        String location = properties.get(Warehouse.NAMESPACE_LOCATION);
        if (location != null) {
            warehouse.requireInside(location);
        }
    }

    /** A namespace that has been made, with the properties that it has been given. */
    public record Created(Namespace namespace, Map<String, String> properties) {}

    /**
     * What an update of properties did.
     *
     * @param updated the keys that were set
     * @param removed the keys that were there and are no more
     * @param missing the keys that were to be removed and were not there
     */
    public record PropertyChanges(List<String> updated, List<String> removed, List<String> missing) {}
}
