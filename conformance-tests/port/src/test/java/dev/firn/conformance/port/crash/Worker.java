package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;

/** One of the clients that are at work when the server is killed. */
interface Worker {
    /** Makes what the worker needs, once. */
    void prepare(CatalogClient client);

    /** Sends requests until the server is gone, and counts what comes back. */
    void work(CatalogClient client, Progress progress);

    /** Compares what is there after the restart with what was acknowledged. */
    void check(CatalogClient client);
}
