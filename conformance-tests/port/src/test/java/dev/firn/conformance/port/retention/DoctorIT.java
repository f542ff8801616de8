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
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor finds what is wrong, says how to mend it, and mends what is safe. */
class DoctorIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    @TempDir
    private Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private FirnCommand doctor(String... options) {
        return Doctored.doctor(folder, options);
    }

    private static Path metadataFile(FirnServer server, String table) {
        return TestTable.metadataFile(server, server.client().table("n", table));
    }

    private static Table table(RESTCatalog catalog, String name) {
        Table table = catalog.buildTable(TableIdentifier.of("n", name), SCHEMA).create();
        TestTable.append(table);
        return table;
    }

    /** A metadata file that nothing points to, as old as it is said. */
    private static Path orphan(Path beside, Duration age) throws IOException {
        Path orphan = beside.resolveSibling("00007-" + UUID.randomUUID() + ".metadata.json");
        Files.copy(beside, orphan);
        Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(age)));
        return orphan;
    }

    @Test
    void aHealthyFolderBesideAServerAndWithoutOne() throws IOException {
        assertThat(doctor().expectFailure()).contains("there is no state");
        try (FirnServer server = FirnServer.start(data());
                RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of("n"));
            table(catalog, "t");
            Table dropped = table(catalog, "dropped");
            catalog.dropTable(TableIdentifier.of("n", "dropped"), true);
            server.client().createView("n", "v").expect(200);
            FirnCommand live = doctor("--deep");
            assertThat(live.exitCode()).as("%s", live).isZero();
            assertThat(live.out())
                    .contains(
                            "1 tables, 1 dropped ones that can come back, 1 views",
                            "2 data and delete files among them",
                            "1 purged tables can still come back",
                            "Healthy.")
                    .doesNotContain("problem", "lie in no folder");
            assertThat(TestTable.files(TestTable.path(dropped.location()))).isNotEmpty();
        }
        FirnCommand stopped = doctor("--json");
        JsonNode report = Json.parse(stopped.out());
        assertThat(stopped.exitCode()).as("%s", stopped).isZero();
        assertThat(report.get("healthy").asBoolean()).isTrue();
        assertThat(report.get("findings"))
                .allMatch(finding -> !finding.get("severity").asText().equals("problem"));
        assertThat(doctor("--nonsense").exitCode()).isEqualTo(2);
    }

    @Test
    void filesThatAreMissingDamagedOrTooMany() throws IOException {
        Path deleted;
        Path truncated;
        Path past;
        Path rows;
        Path healthy;
        try (FirnServer server = FirnServer.start(data());
                RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of("n"));
            for (String name : List.of("deleted", "truncated", "past", "rows")) {
                table(catalog, name);
            }
            deleted = metadataFile(server, "deleted");
            truncated = metadataFile(server, "truncated");
            past = metadataFile(server, "past");
            server.client().commit("n", "past", Changes.set("k", "v")).expect(200);
            healthy = metadataFile(server, "past");
            rows = TestTable.files(metadataFile(server, "rows").getParent().resolveSibling("data"))
                    .get(0);
        }
        Files.delete(deleted);
        Files.write(truncated, new byte[10]);
        Files.delete(past);
        Files.delete(rows);
        Path old = orphan(healthy, Duration.ofDays(2));
        Path young = orphan(healthy, Duration.ofMinutes(5));
        // Its time was set while it was part of history.
        Path lasting = orphan(healthy, Duration.ofDays(-20_000));
        Path stranger = Files.writeString(data().resolve("warehouse/stranger.metadata.json"), "{}");

        FirnCommand found = doctor();
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(found.out())
                .contains(
                        "problem  table n.deleted: its metadata file is missing: file://" + deleted,
                        "problem  table n.truncated: its metadata file file://" + truncated + " cannot be read",
                        "problem  table n.past: the metadata file of its version from change",
                        "missing: file://" + past,
                        "problem  file " + old + ": nothing points to this metadata file",
                        "problem  file " + lasting + ": nothing points to this metadata file",
                        "to mend it: ",
                        "1 metadata files that nothing points to are younger",
                        "1 files lie in no folder of a table",
                        "There are problems.")
                .doesNotContain(rows.toString(), young.toString());
        assertThat(doctor("--deep").out())
                .contains("problem  table n.rows: a data or delete file is missing: file://" + rows);

        Files.write(rows, new byte[1]);
        assertThat(doctor("--deep").out())
                .contains("problem  table n.rows: a data or delete file was cut off, it has 1 of 4 bytes: file://"
                        + rows);

        FirnCommand mended = doctor("--mend");
        assertThat(mended.out()).contains("mended   put aside: " + old, "mended   put aside: " + lasting);
        assertThat(old).doesNotExist();
        assertThat(TestTable.files(data().resolve("put-aside")))
                .extracting(Path::getFileName)
                .containsExactlyInAnyOrder(old.getFileName(), lasting.getFileName());
        assertThat(young).exists();
        assertThat(stranger).exists();
        assertThat(healthy).exists();
    }

    /** A restore leaves the state before in a file; what only that names is no waste, or it could not be restored. */
    @Test
    void whatOnlyTheStateBeforeARestoreNamesStays() throws IOException {
        String backup = folder.resolve("state.backup").toString();
        Path undone;
        String before;
        try (FirnServer server = FirnServer.start(data())) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            FirnCommand.run(folder, "backup", backup, "--data", "../data").expectDone();
            server.client().commit("n", "t", Changes.set("k", "v")).expect(200);
            undone = metadataFile(server, "t");
            server.process().terminate();
        }
        String out = FirnCommand.run(folder, "restore", backup, "--data", "../data")
                .expectDone()
                .out()
                .strip();
        before = out.substring(out.lastIndexOf(' ') + 1);
        Files.setLastModifiedTime(undone, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        FirnCommand mended = doctor("--mend");
        assertThat(mended.out())
                .contains("1 metadata files are named only by a state from before a restore", "Healthy.");
        FirnCommand.run(folder, "restore", before, "--data", "../data").expectDone();
        try (FirnServer server = FirnServer.start(data())) {
            assertThat(metadataFile(server, "t")).isEqualTo(undone);
        }
    }

    /** As it says. */
    @Test
    void aTableWhoseFileIsDamagedOrOfAnotherIsMadeWhatItWas() throws IOException {
        Map<String, Path> files = new HashMap<>();
        try (FirnServer server = FirnServer.start(data())) {
            server.client().createNamespace("n").expect(200);
            for (String name : List.of("other", "missing", "torn", "foreign")) {
                server.client().createTable("n", name).expect(200);
            }
            for (String name : List.of("missing", "torn", "foreign")) {
                server.client().commit("n", name, Changes.set("k", name)).expect(200);
                files.put(name, metadataFile(server, name));
            }
            files.put("other", metadataFile(server, "other"));
            server.process().terminate();
        }
        Files.delete(files.get("missing"));
        Files.write(files.get("torn"), new byte[10]);
        Files.copy(files.get("other"), files.get("foreign"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(doctor().out())
                .contains("is of another object", "firn restore-table n.foreign --at change:N, with an N below 8");
        try (FirnServer server = FirnServer.start(data())) {
            server.client().loadTable("n", "foreign").expect(500);
            server.client().commit("n", "foreign", Changes.set("a", "b")).expect(503);
            for (String name : List.of("missing", "torn", "foreign")) {
                FirnCommand.run(folder, "restore-table", "n." + name, "--at", "change:5", "--data", "../data")
                        .expectDone();
                assertThat(server.client()
                                .loadTable("n", name)
                                .expect(200)
                                .json()
                                .at("/metadata/properties")
                                .has("k"))
                        .isFalse();
                server.client().commit("n", name, Changes.set("k", "again")).expect(200);
            }
            // The file was there before, so it is not taken for one that was written for this.
            assertThat(server.client()
                            .http()
                            .get("/api/v1/catalogs/main/changes?operations=restore-table")
                            .expect(200)
                            .json()
                            .get("changes"))
                    .hasSize(3)
                    .allSatisfy(change ->
                            assertThat(change.at("/detail/updates/0").asText()).isEqualTo("register"));
        }
    }

    /** A table in a folder beside the warehouse that the operator has allowed; whatever else is there is not the catalog's. */
    @Test
    void tablesElsewhere() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("00000-x.metadata.json"), "of somebody else");
        Path file;
        Map<String, String> allowed = Map.of("FIRN_ALLOW", elsewhere.toString());
        try (FirnServer server = FirnServer.start(data(), allowed)) {
            server.client().createNamespace("n").expect(200);
            server.client()
                    .http()
                    .post(
                            server.client().namespace("n") + "/tables",
                            Json.of(
                                    "{'name':'t','location':'file://%s','schema':%s}",
                                    elsewhere.resolve("t"), CatalogClient.SCHEMA))
                    .expect(200);
            file = metadataFile(server, "t");
        }
        assertThat(file).startsWithRaw(elsewhere);
        assertThat(doctor().out())
                .contains(
                        "is not in the warehouse (--warehouse, --allow)", "to mend it: name the folder that it lies in")
                .doesNotContain("restore-table");
        Path orphan = orphan(file, Duration.ofDays(2));
        assertThat(doctor("--allow", elsewhere.toString()).out())
                .contains("free at " + data().resolve("warehouse"), "free at " + elsewhere)
                .contains("problem  file " + orphan + ": nothing points to this metadata file")
                .doesNotContain("00000-x", "lie in no folder", "..");
        Files.delete(orphan);
        assertThat(doctor("--allow", elsewhere.toString()).exitCode()).isZero();
    }

    @Test
    void whatTheStateStillHoldsIsWrittenAgain() throws IOException {
        Path file;
        try (FirnServer server = FirnServer.start(data())) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            file = metadataFile(server, "t");
            server.process().kill();
        }
        byte[] content = Files.readAllBytes(file);
        Files.write(file, new byte[content.length]);
        FirnCommand found = doctor();
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(found.out()).contains("problem  metadata file: damaged: file://" + file, "firn doctor --mend");
        assertThat(doctor("--mend").out())
                .contains("mended   written again from the state: file://" + file, "Healthy.");
        assertThat(file).hasBinaryContent(content);
        assertThat(doctor().exitCode()).isZero();
    }

    @Test
    void aDamagedPage() throws IOException, SQLException {
        try (FirnServer server = FirnServer.start(data())) {
            server.client().createNamespace("n").expect(200);
            for (int i = 0; i < 100; i++) {
                server.client().createTable("n", "t" + i).expect(200);
            }
        }
        long page;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data().resolve("firn.db"));
                Statement statement = connection.createStatement()) {
            // Until now the state may stand in the write-ahead log alone.
            statement.execute("pragma wal_checkpoint(truncate)");
            try (ResultSet root =
                    statement.executeQuery("select rootpage from sqlite_schema where name = 'entry_version'")) {
                page = root.getLong(1);
            }
        }
        damage(page);
        FirnCommand found = doctor();
        assertThat(found.exitCode()).as("%s", found).isEqualTo(1);
        assertThat(found.out())
                .contains(
                        "problem  database: ",
                        "to mend it: stop the server",
                        "(firn.db, firn.db-wal, firn.db-shm)",
                        "There are problems.");
        assertThat(found.err()).doesNotContain("\tat ");

        damage(1);
        assertThat(doctor().expectFailure()).contains("cannot open the state", "firn restore");
    }

    private void damage(long page) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(data().resolve("firn.db").toFile(), "rw")) {
            file.seek((page - 1) * 4096);
            byte[] nonsense = new byte[4096];
            Arrays.fill(nonsense, (byte) 0x5a);
            file.write(nonsense);
        }
    }
}
