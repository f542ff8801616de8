package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;
import java.util.concurrent.Semaphore;

/** One of the clients that are at work when the server is killed. */
interface Worker {
    /** Makes what the worker needs, once. */
    void prepare(CatalogClient client);

    /** Sends requests until the server is gone, and releases a permit for each acknowledged one. */
    void work(CatalogClient client, Semaphore acknowledged);

    /** Compares what is there after the restart with what was acknowledged. */
    void check(CatalogClient client);
}
