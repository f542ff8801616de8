package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Single files of which a power cut would leave nothing if the server did not take care of them. */
class UnsyncedFilesIT {
    private final PowerCuts power = power();

    @Test
    void keptInTheState() throws Exception {
        afterACut(client -> client.createTable("n", "t").expect(200));
    }

    /** A file that is too large to be kept in the state is synced before the answer. */
    @Test
    void tooLargeToBeKept() throws Exception {
        afterACut(client -> {
            client.createTable("n", "t").expect(200);
            client.commit("n", "t", Changes.set("k", "x".repeat(200_000))).expect(200);
        });
    }

    @Test
    void syncedInTheBackground() throws Exception {
        afterACut(client -> {
            client.createTable("n", "t").expect(200);
            KeptFiles.awaitNone(power.data());
        });
    }

    /** After a failed sync the operating system says that a file is clean, and the next sync succeeds without writing it. */
    @Test
    void aSyncHasFailedBefore() throws Exception {
        afterACut(client -> {
            power.faults().fail("sync", Faults.BROKEN, ".json");
            client.createTable("n", "t").expect(200);
            power.awaitFailedSync();
            power.faults().none();
            KeptFiles.awaitNone(power.data());
        });
    }

    /** Written by a client that did not sync it. */
    @Test
    void registered() throws Exception {
        afterACut(client -> {
            client.createTable("n", "other").expect(200);
            MetadataCopy.register(client, "n", "other", "t").expect(200);
        });
    }

    private void afterACut(Consumer<CatalogClient> work) throws Exception {
        try (FirnServer server = power.start()) {
            server.client().createNamespace("n").expect(200);
            work.accept(server.client());
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start()) {
            Inventory.tableProperties(server.client(), "n", "t");
        }
    }

    private static PowerCuts power() {
        try {
            return new PowerCuts(PowerCuts.folder());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
