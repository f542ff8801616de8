package dev.firn.conformance.port;

import dev.firn.conformance.harness.CatalogClient;
import java.util.concurrent.atomic.AtomicInteger;

/** Names that no other test uses. */
public final class Names {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Names() {}

    /** A new name. */
    public static String fresh(String kind) {
        return kind + NEXT.incrementAndGet();
    }

    /** Creates a namespace that no other test uses and returns its name. */
    public static String namespace(CatalogClient client) {
        String name = fresh("ns");
        client.createNamespace(name).expect(200);
        return name;
    }
}
