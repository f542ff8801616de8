package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metadata files of ended history go when nothing names them any more, and no other file does. */
class FormerFilesIT {
    private static final String CHANGES = "/api/v1/catalogs/main/changes";

    @TempDir
    private Path folder;

    private FirnServer server;
    private CatalogClient client;

    /** Files that are still to be synced are not deleted, so they are synced soon. */
    private void start(String keep) {
        start(keep, "0");
    }

    private void start(String keep, String purgeAfter) {
        server = FirnServer.start(
                folder.resolve("data"),
                Map.of(
                        "FIRN_PURGE_AFTER",
                        purgeAfter,
                        "FIRN_KEEP_HISTORY",
                        keep,
                        "JAVA_TOOL_OPTIONS",
                        "-Dfirn.sync-after-millis=50"));
        client = server.client();
    }

    private void restart(String keep) {
        server.close();
        start(keep);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void createTable(String name, int logged) {
        client.createTable("n", name).expect(200);
        set(name, "write.metadata.previous-versions-max", String.valueOf(logged));
    }

    private void set(String table, String key, String value) {
        client.commit("n", table, Changes.set(key, value)).expect(200);
    }

    private void commit(String table, int times) {
        for (int i = 0; i < times; i++) {
            set(table, "k", String.valueOf(i));
        }
    }

    private JsonNode load(String table) {
        return client.loadTable("n", table).expect(200).json();
    }

    private Path metadataFile(String table) {
        return TestTable.path(load(table).get("metadata-location").asText());
    }

    /** The metadata file of a table and those that its log names. */
    private Set<Path> named(String table) {
        JsonNode loaded = load(table);
        Set<Path> named = new TreeSet<>();
        named.add(TestTable.path(loaded.get("metadata-location").asText()));
        loaded.at("/metadata/metadata-log")
                .forEach(entry ->
                        named.add(TestTable.path(entry.get("metadata-file").asText())));
        return named;
    }

    private static Set<Path> files(Path metadataFile) {
        return new TreeSet<>(TestTable.files(metadataFile.getParent()));
    }

    private long newest() {
        return client.http()
                .get(CHANGES + "?limit=1000")
                .expect(200)
                .json()
                .get("next")
                .asLong();
    }

    private void awaitFiles(Path beside, Set<Path> wanted) {
        Eventually.become(() -> files(beside).equals(wanted), () -> files(beside) + " instead of " + wanted);
    }

    private void requireHealthy() {
        FirnCommand doctor = FirnCommand.run(
                folder, "doctor", "--deep", "--data", folder.resolve("data").toString());
        assertThat(doctor.exitCode()).as("%s", doctor).isZero();
        // Also those that are younger than a day.
        assertThat(doctor.out()).contains("Healthy.").doesNotContain("that nothing points to are younger");
    }

    private void requireLoading(int tables) throws IOException {
        try (RESTCatalog catalog = JavaClient.connect(server)) {
            List<TableIdentifier> all = catalog.listTables(Namespace.of("n"));
            assertThat(all).hasSize(tables);
            all.forEach(name ->
                    assertThat(TestTable.missing(catalog.loadTable(name))).isEmpty());
        }
    }

    private void drop(String table, boolean purge) {
        client.http()
                .delete(client.table("n", table) + (purge ? "?purgeRequested=true" : ""))
                .expect(204);
    }

    private void undrop(String table) {
        client.http()
                .post("/api/v1/catalogs/main/undrop", Json.value(Map.of("namespace", List.of("n"), "name", table)))
                .expect(200);
    }

    private void register(String name, Path file) {
        assertThat(isRegistered(name, file)).isTrue();
    }

    @Test
    void whatNothingNamesGoesAndAllElseStays() throws IOException {
        start("forever");
        client.createNamespace("n").expect(200);
        createTable("t", 3);
        commit("t", 10);
        createTable("whole", 100);
        commit("whole", 10);
        Set<Path> whole = files(metadataFile("whole"));
        client.createView("n", "v").expect(200);
        // Renamed.
        createTable("old", 1);
        commit("old", 3);
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename("n", "old", "n", "new"))
                .expect(204);
        createTable("old", 1);
        // Registered: the same table, and one that is another as far as its identity tells.
        createTable("source", 3);
        commit("source", 5);
        Path copied = metadataFile("source");
        Set<Path> shared = named("source");
        register("copy", copied);
        Path foreign = foreign(copied);
        register("foreign", foreign);
        commit("source", 10);
        commit("foreign", 6);
        // Given away.
        createTable("given", 1);
        commit("given", 5);
        Path given = metadataFile("given");
        Set<Path> allOfGiven = files(given);
        client.http().post(client.table("n", "given") + "/unregister", Map.of()).expect(200);
        // Of another identity than the one that its earlier files were written for.
        createTable("another", 4);
        commit("another", 5);
        client.commit("n", "another", identity("22222222-2222-3333-4444-555555555555"))
                .expect(200);
        commit("another", 1);
        assertThat(named("another")).hasSize(5);
        // Dropped.
        createTable("dropped", 2);
        commit("dropped", 6);
        Path dropped = metadataFile("dropped");
        Set<Path> namedByDropped = named("dropped");
        drop("dropped", false);
        createTable("purged", 2);
        commit("purged", 6);

        restart("1s");

        awaitFiles(metadataFile("t"), named("t"));
        assertThat(named("t")).hasSize(4);
        awaitFiles(metadataFile("new"), named("new"));
        Set<Path> ofSource = new TreeSet<>(named("source"));
        ofSource.addAll(shared);
        // They have the same location.
        ofSource.addAll(named("foreign"));
        ofSource.remove(foreign);
        awaitFiles(metadataFile("source"), ofSource);
        assertThat(named("foreign")).doesNotContain(foreign);
        awaitFiles(metadataFile("another"), named("another"));
        awaitFiles(dropped, namedByDropped);
        awaitFiles(metadataFile("purged"), named("purged"));
        assertThat(files(metadataFile("whole"))).isEqualTo(whole).hasSize(12);
        assertThat(files(given)).isEqualTo(allOfGiven);
        assertThat(foreign).as("it is not the server's").exists();

        // A purge takes all with it, and what the log lets go of now goes when it has been the past for long enough.
        undrop("dropped");
        assertThat(named("dropped")).isEqualTo(namedByDropped);
        Path purged = metadataFile("purged").getParent().getParent();
        drop("purged", true);
        commit("t", 5);
        awaitFiles(metadataFile("t"), named("t"));
        Eventually.become(() -> !Files.exists(purged), () -> TestTable.files(purged));
        requireHealthy();
        requireLoading(9);
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    private boolean isRegistered(String name, Path file) {
        return client.http()
                        .post(
                                client.namespace("n") + "/register",
                                Json.value(Map.of("name", name, "metadata-location", "file://" + file)))
                        .expect(200, 400)
                        .status()
                == 200;
    }

    private Path foreign(Path copied) throws IOException {
        Path foreign = folder.resolve("data/warehouse/n/foreign/metadata/00001-of-another.metadata.json");
        Files.createDirectories(foreign.getParent());
        String uuid = load("source").at("/metadata/table-uuid").asText();
        return Files.writeString(
                foreign, Files.readString(copied).replace(uuid, "11111111-2222-3333-4444-555555555555"));
    }

    private static JsonNode identity(String uuid) {
        return Changes.on("n", "another", List.of(), List.of(Map.of("action", "assign-uuid", "uuid", uuid)));
    }

    /** Somebody may register a file, or read the past, at the very moment at which it would be deleted: either it is there and stays, or it is not. */
    @Test
    void whatIsRegisteredOrReadMeanwhileIsThereOrNot() throws IOException {
        start("0");
        client.createNamespace("n").expect(200);
        createTable("t", 1);
        List<Path> written = new ArrayList<>();
        Set<String> registered = new TreeSet<>();
        int refused = 0;
        int read = 0;
        int ended = 0;
        for (int i = 0; i < 2_000 && (registered.size() < 3 || refused < 3 || read < 3 || ended < 3); i++) {
            written.add(metadataFile("t"));
            set("t", "k", String.valueOf(i));
            // Not all the time: what is registered while it is looked at what names the files makes their deletion
            // wait.
            if (i % 15 == 14) {
                // Falls, and has fallen, out of the log.
                Path file = written.get(Math.max(0, i - 1 - i / 15 % 3 * 40));
                if (isRegistered("r" + i, file)) {
                    registered.add("r" + i);
                    assertThat(file).exists();
                } else {
                    refused++;
                    assertThat(file).doesNotExist();
                }
            }
            if (client.http()
                            .get("/v1/main%40change:" + Math.max(1, newest() - i % 60) + "/namespaces/n/tables/t")
                            .expect(200, 404)
                            .status()
                    == 200) {
                read++;
            } else {
                ended++;
            }
        }
        assertThat(List.of(registered.size(), refused, read, ended)).doesNotContain(0);
        server.process().kill();
        start("0");
        // Of the log of a file that was registered late some may have been deleted before.
        Set<Path> named = registered.stream()
                .flatMap(name -> named(name).stream())
                .collect(Collectors.toCollection(() -> new TreeSet<>(named("t"))));
        Path file = metadataFile("t");
        Eventually.become(() -> named.containsAll(files(file)), () -> files(file) + " instead of " + named);
        requireHealthy();
        requireLoading(registered.size() + 1);
    }

    /** That they were purged is known for longer than the drops are. */
    @Test
    void aBackupFromBeforeTheStartOfHistoryBringsNoPurgedTableBack() {
        start("forever", "7d");
        client.createNamespace("n").expect(200);
        createTable("back", 1);
        createTable("purged", 1);
        createTable("t", 1);
        Path back = metadataFile("back").getParent().getParent();
        Path purged = metadataFile("purged").getParent().getParent();
        drop("back", false);
        drop("purged", true);
        byte[] backup =
                client.http().get("/api/v1/backup").expect(200).response().body();
        undrop("back");
        drop("back", true);
        commit("t", 1);
        long edge = newest();
        restart("0");
        Eventually.become(() -> !Files.exists(back) && !Files.exists(purged), () -> List.of(back, purged));
        Eventually.become(
                () -> client.http()
                                .get("/v1/config?warehouse=main@change:" + (edge - 1))
                                .status()
                        == 404,
                () -> "change " + (edge - 1) + " can be read");

        client.http().send("POST", "/api/v1/restore", backup).expect(200);

        assertThat(client.http()
                        .get("/api/v1/catalogs/main/dropped")
                        .expect(200)
                        .json()
                        .get("dropped"))
                .isEmpty();
        client.loadTable("n", "t").expect(200);
        // What was written after the backup is left where it is.
        FirnCommand doctor = FirnCommand.run(
                folder, "doctor", "--data", folder.resolve("data").toString());
        assertThat(doctor.exitCode()).as("%s", doctor).isZero();
    }

    /** They wait as the log of their table names them, and after the restore only the state from before it knows of them. */
    @Test
    void thoseThatWaitWhenABackupIsRestoredStayKnown() {
        start("0");
        client.createNamespace("n").expect(200);
        createTable("t", 100);
        byte[] backup =
                client.http().get("/api/v1/backup").expect(200).response().body();
        commit("t", 6);
        long newest = newest();
        Eventually.become(
                () -> client.http()
                                .get("/v1/config?warehouse=main@change:" + (newest - 1))
                                .status()
                        == 404,
                () -> "all of history is kept");
        client.http().send("POST", "/api/v1/restore", backup).expect(200);
        requireHealthy();
    }

    @Test
    void aKilledRoundGoesOn() throws IOException {
        start("forever");
        client.createNamespace("n").expect(200);
        List<String> tables = new ArrayList<>();
        for (int table = 0; table < 15; table++) {
            tables.add("t" + table);
            createTable("t" + table, 1);
        }
        for (int commit = 0; commit < 40; commit++) {
            String value = String.valueOf(commit);
            client.transact(tables.stream()
                            .map(table -> Changes.set("n", table, "k", value))
                            .collect(Collectors.toList()))
                    .expect(204);
        }
        Set<Path> all = allFiles();
        server.close();
        int kills = 0;
        for (int before = all.size(); before > 30 && kills < 2; kills++) {
            start("0");
            int had = before;
            Eventually.become(() -> allFiles().size() < had || allFiles().size() <= 30, this::allFiles);
            server.process().kill();
            before = allFiles().size();
        }
        assertThat(kills).isPositive();
        start("0");
        Set<Path> wanted = new TreeSet<>();
        tables.forEach(table -> wanted.addAll(named(table)));
        Eventually.become(() -> allFiles().equals(wanted), this::allFiles);
        requireHealthy();
        requireLoading(15);
        assertThat(server.process().log()).doesNotContain("\tat ");
    }

    private Set<Path> allFiles() {
        return new TreeSet<>(TestTable.files(folder.resolve("data/warehouse")));
    }
}
