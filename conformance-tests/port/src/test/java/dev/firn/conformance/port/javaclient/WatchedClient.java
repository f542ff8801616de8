package dev.firn.conformance.port.javaclient;

import dev.firn.conformance.harness.FirnServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.SessionCatalog;
import org.apache.iceberg.rest.HTTPClient;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.RESTClient;

/** Apache's client, and what it sends and gets beneath its interface. */
final class WatchedClient implements AutoCloseable {
    private final List<String> idempotencyKeys = new CopyOnWriteArrayList<>();
    private final AtomicInteger unchanged = new AtomicInteger();
    private final RESTCatalog catalog;

    WatchedClient(FirnServer server) {
        catalog = new RESTCatalog(
                SessionCatalog.SessionContext.createEmpty(),
                properties -> watched(HTTPClient.builder(properties)
                        .uri(properties.get(CatalogProperties.URI))
                        .build()));
        catalog.initialize(
                "firn",
                Map.of(
                        CatalogProperties.URI, server.uri().toString(),
                        CatalogProperties.WAREHOUSE_LOCATION, "main",
                        CatalogProperties.FILE_IO_IMPL, LocalFiles.class.getName()));
    }

    RESTCatalog catalog() {
        return catalog;
    }

    /** The keys of all changes that were sent. */
    List<String> idempotencyKeys() {
        return idempotencyKeys;
    }

    /** How often the server said that what the client has is still so. */
    int unchanged() {
        return unchanged.get();
    }

    private RESTClient watched(RESTClient client) {
        return (RESTClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RESTClient.class}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments.clone();
                    for (int i = 0; i < given.length; i++) {
                        if (given[i] instanceof Supplier<?> headers) {
                            given[i] = (Supplier<?>) () -> noted(headers.get());
                        } else {
                            noted(given[i]);
                        }
                    }
                    try {
                        Object result = method.invoke(client, given);
                        if (method.getName().equals("get") && result == null) {
                            unchanged.incrementAndGet();
                        }
                        return result instanceof RESTClient other ? watched(other) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Object noted(Object headers) {
        if (headers instanceof Map<?, ?> map && map.get("Idempotency-Key") instanceof String key) {
            idempotencyKeys.add(key);
        }
        return headers;
    }

    @Override
    public void close() throws Exception {
        catalog.close();
    }
}
