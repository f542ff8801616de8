package dev.firn.conformance.port;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Http;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests on the shared server, each in a namespace that no other uses. */
@ExtendWith(SharedServer.class)
public abstract class OwnNamespace {
    protected CatalogClient client;
    protected Http http;
    protected String namespace;

    @BeforeEach
    protected void makeNamespace(CatalogClient client) {
        this.client = client;
        http = client.http();
        namespace = Names.namespace(client);
    }
}
