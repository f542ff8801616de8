package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.crash.KeptFiles;
import dev.firn.conformance.port.disk.Faults;
import dev.firn.conformance.port.disk.PowerCuts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines delete what the present of a table does not name and what seems old; the metadata files of history never do. */
class LastingFilesIT {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);
    private static final Instant NOT_SOON = Instant.now().plusSeconds(365 * 86_400L);

    @TempDir
    private Path folder;

    private FirnServer server;

    private CatalogClient start(long afterMillis) {
        server = FirnServer.start(
                folder.resolve("data"), Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.lasting-after-millis=" + afterMillis));
        return server.client();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void commit(CatalogClient client, String table, int times) {
        for (int i = 0; i < times; i++) {
            client.commit("n", table, Changes.set("k", String.valueOf(i))).expect(200);
        }
    }

    private List<Path> metadataFiles() {
        return TestTable.files(folder.resolve("data/warehouse")).stream()
                .filter(file -> file.toString().endsWith(".metadata.json"))
                .toList();
    }

    private static boolean lasts(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isAfter(NOT_SOON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAllToLast(int files) {
        Eventually.become(
                () -> metadataFiles().size() == files
                        && metadataFiles().stream().allMatch(LastingFilesIT::lasts),
                () -> "old: "
                        + metadataFiles().stream().filter(file -> !lasts(file)).toList());
    }

    /** A table of four metadata files that all last, and the first three of them: that these do is kept, as it is a round later than they were marked. */
    private List<Path> markedTable(CatalogClient client) {
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        commit(client, "t", 2);
        awaitAllToLast(3);
        List<Path> kept = metadataFiles();
        commit(client, "t", 1);
        awaitAllToLast(4);
        return kept;
    }

    @Test
    void allOfHistoryLasts() throws IOException {
        CatalogClient client = start(100);
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        commit(client, "t", 3);
        client.createView("n", "v").expect(200);
        client.createTable("n", "dropped").expect(200);
        client.http().delete(client.table("n", "dropped")).expect(204);
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename("n", "t", "n", "renamed"))
                .expect(204);
        commit(client, "renamed", 1);
        client.transact(List.of(Json.of("{'identifier':{'namespace':['n'],'name':'renamed'},'requirements':[],"
                        + "'updates':[{'action':'set-properties','updates':{'k':'x'}}]}")))
                .expect(204);
        client.http()
                .post(
                        "/api/v1/catalogs/main/restore-table",
                        Json.of("{'namespace':['n'],'name':'renamed','at':'change:7'}"))
                .expect(200);
        Path data = Files.writeString(metadataFiles().get(0).resolveSibling("other.avro"), "rows");

        awaitAllToLast(9);
        assertThat(lasts(data)).isFalse();
        client.loadTable("n", "renamed").expect(200);
    }

    @Test
    void eachIsLookedAtOnce() throws IOException {
        CatalogClient client = start(100);
        List<Path> before = markedTable(client);
        server.killAndRestart().close();
        for (Path file : before) {
            Files.setLastModifiedTime(file, LONG_AGO);
        }

        client = start(100);
        commit(client, "t", 1);
        Path newest = TestTable.metadataFile(server, client.table("n", "t"));
        Eventually.become(() -> lasts(newest), () -> "old: " + newest);
        assertThat(before).noneMatch(LastingFilesIT::lasts);
    }

    @Test
    void whatOneFileRefusesKeepsNoOtherFromLasting() throws IOException {
        CatalogClient client = start(2_000);
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        Path linked = TestTable.metadataFile(server, client.table("n", "t"));
        commit(client, "t", 1);
        Path missing = TestTable.metadataFile(server, client.table("n", "t"));
        commit(client, "t", 1);
        Path elsewhere = folder.resolve("elsewhere.json");
        Files.move(linked, elsewhere);
        Files.createSymbolicLink(linked, elsewhere);
        Files.delete(missing);
        Path newest = TestTable.metadataFile(server, client.table("n", "t"));

        Eventually.become(() -> lasts(newest), () -> "old: " + newest);
        assertThat(lasts(elsewhere)).isFalse();
        assertThat(missing).doesNotExist();
    }

    /** As on a file system that is mounted anew, after a while in which it took no changes. */
    @Test
    void whatARefusingDiskHeldBackLastsWhenItTakesChangesAgain() throws IOException {
        PowerCuts disk = new PowerCuts(PowerCuts.folder());
        disk.faults().fail("times", Faults.READ_ONLY, "/00000-");
        server = disk.start(Map.of("JDK_JAVA_OPTIONS", "-Dfirn.lasting-after-millis=100"));
        CatalogClient client = server.client();
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        Path refused = TestTable.metadataFile(server, client.table("n", "t"));
        commit(client, "t", 1);
        Path newest = TestTable.metadataFile(server, client.table("n", "t"));
        Eventually.become(() -> lasts(newest), () -> "old: " + newest);
        assertThat(lasts(refused)).isFalse();

        disk.faults().none();
        Eventually.become(() -> lasts(refused), () -> "old: " + refused);
    }

    /** A start writes again what the process before had not come to sync. */
    @Test
    void whatIsWrittenAgainLastsAsWell() {
        server = FirnServer.start(
                folder.resolve("data"),
                Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.lasting-after-millis=100 -Dfirn.sync-after-millis=3600000"));
        markedTable(server.client());
        server.process().kill();

        start(3_600_000);
        KeptFiles.awaitNone(folder.resolve("data"));
        assertThat(metadataFiles()).hasSize(4).allMatch(LastingFilesIT::lasts);
    }

    /** Who copies a warehouse need not copy the times. */
    @Test
    void afterARestoreAllLastAgain() throws IOException {
        markedTable(start(100));
        Path backup = folder.resolve("firn.backup");
        String data = folder.resolve("data").toString();
        FirnCommand.run(folder, "backup", backup.toString(), "--data", data).expectDone();
        for (Path file : metadataFiles()) {
            Files.setLastModifiedTime(file, LONG_AGO);
        }

        FirnCommand.run(folder, "restore", backup.toString(), "--data", data).expectDone();

        awaitAllToLast(4);
    }

    /** Of a first round nothing is kept before the second: a restore in between is one all the same. */
    @Test
    void afterARestoreRightAfterTheFirstRoundAllLastAgain() throws IOException {
        PowerCuts clock = new PowerCuts(PowerCuts.folder());
        Path there;
        try (FirnServer before = clock.start()) {
            clock.faults().shiftClock(Duration.ofDays(-1));
            before.client().createNamespace("n").expect(200);
            before.client().createTable("n", "t").expect(200);
            there = TestTable.metadataFile(before, before.client().table("n", "t"));
        }
        // Two seconds between rounds.
        server = FirnServer.start(clock.data(), Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.lasting-after-millis=20000"));
        byte[] backup = server.client()
                .http()
                .get("/api/v1/backup")
                .expect(200)
                .response()
                .body();
        Eventually.become(() -> lasts(there), () -> "old: " + there);

        Files.setLastModifiedTime(there, LONG_AGO);
        server.client().http().send("POST", "/api/v1/restore", backup).expect(200);

        Eventually.become(() -> lasts(there), () -> "old: " + there);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasAwayLastsWhenItIsBack(boolean restarted) throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Map<String, String> environment = Map.of(
                "FIRN_ALLOW",
                disk.toString(),
                "JAVA_TOOL_OPTIONS",
                "-Dfirn.lasting-after-millis=2000 -Dfirn.sync-after-millis=50");
        server = FirnServer.start(folder.resolve("data"), environment);
        CatalogClient client = server.client();
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        createThere(client, disk);
        Path there = TestTable.metadataFile(server, client.table("n", "there"));
        commit(client, "t", 1);
        KeptFiles.awaitNone(folder.resolve("data"));
        Path away = Files.move(disk, folder.resolve("away"));
        Files.createDirectory(disk);
        awaitAllToLast(2);
        // What it has come to is kept a round later.
        commit(client, "t", 1);
        awaitAllToLast(3);
        if (restarted) {
            server.process().kill();
            server = FirnServer.start(folder.resolve("data"), environment);
            commit(server.client(), "t", 1);
            awaitAllToLast(4);
        }

        Files.delete(disk);
        Files.move(away, disk);
        Eventually.become(() -> lasts(there), () -> "old: " + there);
    }

    /** The folder of a table that was purged is empty for good: that is no disk that is away, behind which all would be marked again by each start. */
    @Test
    void whatWasPurgedIsNotAway() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Map<String, String> purging = Map.of("FIRN_ALLOW", disk.toString(), "FIRN_PURGE_AFTER", "0");
        server = FirnServer.start(folder.resolve("data"), purging);
        CatalogClient client = server.client();
        client.createNamespace("n").expect(200);
        createThere(client, disk);
        client.http()
                .delete(client.table("n", "there") + "?purgeRequested=true")
                .expect(204);
        Eventually.become(() -> disk.toFile().list().length == 0, () -> "there: " + TestTable.files(disk));
        server.close();

        Map<String, String> marking =
                Map.of("FIRN_ALLOW", disk.toString(), "JAVA_TOOL_OPTIONS", "-Dfirn.lasting-after-millis=100");
        server = FirnServer.start(folder.resolve("data"), marking);
        server.client().createTable("n", "t").expect(200);
        commit(server.client(), "t", 2);
        awaitAllToLast(3);
        List<Path> before = metadataFiles();
        commit(server.client(), "t", 1);
        awaitAllToLast(4);
        server.killAndRestart().close();
        for (Path file : before) {
            Files.setLastModifiedTime(file, LONG_AGO);
        }

        server = FirnServer.start(folder.resolve("data"), marking);
        commit(server.client(), "t", 1);
        Path newest = TestTable.metadataFile(server, server.client().table("n", "t"));
        Eventually.become(() -> lasts(newest), () -> "old: " + newest);
        assertThat(before).noneMatch(LastingFilesIT::lasts);
    }

    /** No time of the ledger is before another, so all that follow are of the far future, too. */
    @Test
    void aClockThatWasFarAheadKeepsNoFileFromLasting() throws IOException {
        PowerCuts clock = new PowerCuts(PowerCuts.folder());
        Path there;
        try (FirnServer ahead = clock.start()) {
            CatalogClient client = ahead.client();
            client.createNamespace("n").expect(200);
            clock.faults().shiftClock(Duration.ofDays(3_650));
            client.createTable("n", "t").expect(200);
            clock.faults().shiftClock(Duration.ZERO);
            client.commit("n", "t", Changes.set("k", "1")).expect(200);
            there = TestTable.metadataFile(ahead, client.table("n", "t"));
        }

        server = FirnServer.start(clock.data(), Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.lasting-after-millis=100"));
        Eventually.become(() -> lasts(there), () -> "old: " + there);
    }

    @Test
    void whatIsYoungIsLeftAsItIs() {
        CatalogClient client = start(3_600_000);
        client.createNamespace("n").expect(200);
        client.createTable("n", "t").expect(200);
        commit(client, "t", 2);
        server.close();
        assertThat(metadataFiles()).hasSize(3).noneMatch(LastingFilesIT::lasts);
    }

    private static void createThere(CatalogClient client, Path disk) {
        client.http()
                .post(
                        client.namespace("n") + "/tables",
                        Json.of(
                                "{'name':'there','location':'%s','schema':%s}",
                                disk.resolve("t"), CatalogClient.SCHEMA))
                .expect(200);
    }
}
