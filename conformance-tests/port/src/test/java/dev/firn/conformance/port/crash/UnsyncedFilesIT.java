package dev.firn.conformance.port.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Single files of which a power cut would leave nothing if the server did not take care of them. */
class UnsyncedFilesIT {
    private final PowerCuts power = power();

    @Test
    void keptInTheState() throws Exception {
        afterACut(client -> client.createTable("n", "t").expect(200));
    }

    /** Of each file but the first only what differs from the one before is kept, and none of them has reached the disk. */
    @Test
    void keptAsDifferences() throws Exception {
        afterACut(client -> {
            client.createTable("n", "t").expect(200);
            for (int number = 0; number < 20; number++) {
                client.commit("n", "t", Changes.set("k" + number % 3, "välue " + number))
                        .expect(200);
            }
        });
    }

    /** The file that the others differ from is on the disk, and the state has forgotten it. */
    @Test
    void keptAsDifferencesFromASyncedFile() throws Exception {
        afterACut(client -> {
            client.createTable("n", "t").expect(200);
            KeptFiles.awaitNone(power.data());
            client.commit("n", "t", Changes.set("k", "1")).expect(200);
            client.commit("n", "t", Changes.set("k", "2")).expect(200);
        });
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

    @Test
    void syncedWithAllOtherFiles() throws Exception {
        afterTheSecondSyncOfAll(() -> {}, power::awaitSyncOfAll);
    }

    /** A failure of any file on it may be that of this one. */
    @Test
    void aSyncOfTheFileSystemHasFailedBefore() throws Exception {
        afterTheSecondSyncOfAll(() -> power.faults().fail("syncfs", Faults.BROKEN, "/"), power::awaitFailedSyncOfAll);
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

    /** A disk that is not there yet at the start: what the state keeps is not let go, and the table is whole once the disk is there. */
    @Test
    void keptUntilTheFileThatTheyDifferFromIsThereAgain() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        Path base;
        Path changed;
        try (FirnServer server = FirnServer.start(data, Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=1000"))) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "other").expect(200);
            server.client().createTable("n", "t").expect(200);
            do {
                KeptFiles.awaitNone(data);
                base = metadataFile(server.client().loadTable("n", "t"));
                changed = metadataFile(server.client().commit("n", "t", Changes.set("k", "v" + System.nanoTime())));
            } while (KeptFiles.count(data) == 0);
            server.process().kill();
        }
        assertThat(KeptFiles.bases(data.resolve("firn.db"))).hasSize(1);
        byte[] content = Files.readAllBytes(base);
        Files.delete(base);
        Files.write(changed, new byte[10]);
        try (FirnServer server = FirnServer.start(data)) {
            server.client().commit("n", "other", Changes.set("k", "v")).expect(200);
            server.client().loadTable("n", "t").expect(500);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(data)) {
            // What can be made durable is, and is let go.
            KeptFiles.await(data, 1);
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        assertThat(KeptFiles.count(data)).isEqualTo(1);
        Files.write(base, content);
        try (FirnServer server = FirnServer.start(data)) {
            assertThat(Inventory.tableProperties(server.client(), "n", "t")).containsKey("k");
            KeptFiles.awaitNone(data);
        }
    }

    /** The disk of an allowed folder that is mounted after the start: nothing is written below its mount point, and what the state keeps is written once it is there. */
    @Test
    void keptUntilTheDiskOfAnAllowedFolderIsThere() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        Path disk = Files.createDirectories(PowerCuts.folder().resolve("disk"));
        Map<String, String> allowed =
                Map.of("FIRN_ALLOW", disk.toString(), "JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=500");
        try (FirnServer server = FirnServer.start(data, allowed)) {
            server.client().createNamespace("n").expect(200);
            createIn(disk, server.client(), "old");
            assertThat(server.process().terminate()).isIn(0, 143);
        }
        Path lost;
        try (FirnServer server = FirnServer.start(data, allowed)) {
            do {
                KeptFiles.awaitNone(data);
                lost = createIn(disk, server.client(), "t" + System.nanoTime());
            } while (KeptFiles.count(data) == 0);
            server.process().kill();
        }
        Files.delete(lost);
        Path away = Files.move(disk, disk.resolveSibling("away"));
        Files.createDirectory(disk);
        String name = disk.relativize(lost).getName(0).toString();
        try (FirnServer server = FirnServer.start(data, allowed)) {
            // Those that come now are made durable, and this one is not.
            server.client().createTable("n", "other").expect(200);
            KeptFiles.await(data, 1);
            server.client().loadTable("n", name).expect(503);
            assertThat(server.process().log()).contains("The folder " + disk + " is empty");
            assertThat(disk).isEmptyDirectory();
            Files.delete(disk);
            Files.move(away, disk);
            KeptFiles.awaitNone(data);
            server.client().loadTable("n", name).expect(200);
        }
    }

    /** The disk of an allowed folder that goes away while the server runs: what would be written below its mount point then would be missing when it is back. */
    @Test
    void nothingIsAcknowledgedWhileTheDiskOfATableIsAway() throws Exception {
        Path folder = PowerCuts.folder();
        Path data = folder.resolve("data");
        Path disk = Files.createDirectories(folder.resolve("disk"));
        try (FirnServer server = FirnServer.start(data, Map.of("FIRN_ALLOW", disk.toString()))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            createIn(disk, client, "t");
            client.commit("n", "t", Changes.set("k", "before")).expect(200);
            Path away = Files.move(disk, disk.resolveSibling("away"));
            Files.createDirectory(disk);

            client.loadTable("n", "t").expect(503);
            client.commit("n", "t", Changes.set("k", "lost")).expect(503);
            create(disk, client, "new").expect(503);
            assertThat(disk).isEmptyDirectory();
            client.createTable("n", "elsewhere").expect(200);

            Files.delete(disk);
            Files.move(away, disk);
            assertThat(Inventory.tableProperties(client, "n", "t")).containsEntry("k", "before");
            client.commit("n", "t", Changes.set("k", "after")).expect(200);
            createIn(disk, client, "new");
        }
    }

    private static Path createIn(Path folder, CatalogClient client, String name) {
        return metadataFile(create(folder, client, name));
    }

    private static Answer create(Path folder, CatalogClient client, String name) {
        Map<String, Object> table = Map.of(
                "name", name, "location", "file://" + folder.resolve(name), "schema", Json.parse(CatalogClient.SCHEMA));
        return client.http().post(client.namespace("n") + "/tables", Json.value(table));
    }

    private static Path metadataFile(Answer table) {
        return Path.of(
                table.expect(200).json().get("metadata-location").asText().replaceFirst("^file:(//)?", ""));
    }

    /** Not only after the usual half minute: servers that are killed more often than that would keep more and more. */
    @Test
    void leftByAKilledServerAreSyncedByTheNextAtOnce() throws Exception {
        Path data = PowerCuts.folder().resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            server.client().commit("n", "t", Changes.set("k", "v")).expect(200);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(data)) {
            KeptFiles.awaitNone(data);
            assertThat(Inventory.tableProperties(server.client(), "n", "t")).containsEntry("k", "v");
        }
    }

    /** The first sync of a file system opens it and looks at each file, the second leaves that out. */
    private void afterTheSecondSyncOfAll(Runnable before, Runnable await) throws Exception {
        power.syncTogether(true);
        afterACut(client -> {
            client.createTable("n", "t").expect(200);
            KeptFiles.awaitNone(power.data());
            before.run();
            client.commit("n", "t", Changes.set("k", "v")).expect(200);
            await.run();
            KeptFiles.awaitNone(power.data());
        });
    }

    private void afterACut(Consumer<CatalogClient> work) throws Exception {
        Map<String, String> before;
        try (FirnServer server = power.start()) {
            server.client().createNamespace("n").expect(200);
            work.accept(server.client());
            before = Inventory.tableProperties(server.client(), "n", "t");
            server.process().kill();
        }
        power.lose();
        try (FirnServer server = power.start()) {
            assertThat(Inventory.tableProperties(server.client(), "n", "t")).isEqualTo(before);
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
