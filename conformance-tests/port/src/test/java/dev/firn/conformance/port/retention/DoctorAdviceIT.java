package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does what the doctor says is rid of what it found. */
class DoctorAdviceIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final TableIdentifier T = TableIdentifier.of("n", "t");

    @TempDir
    private Path folder;

    private FirnServer start() {
        return FirnServer.start(folder.resolve("data"));
    }

    private FirnCommand firn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", folder.resolve("data").toString()));
        return FirnCommand.run(folder, all.toArray(new String[0]));
    }

    /** What it is by the state cannot be read, so it is not said that it is what it was. */
    @Test
    void aViewWhoseFileIsMissingIsMadeWhatItWas() throws IOException {
        Path missing;
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createView("n", "v").expect(200);
            String view = server.client().view("n", "v");
            server.client().http().post(view, Changes.set("k", "v")).expect(200);
            missing = TestTable.metadataFile(server, view);
            server.process().terminate();
        }
        Files.delete(missing);
        assertThat(firn("doctor").out()).contains("problem  view n.v: its metadata file is missing", "restore-table");

        assertThat(firn("restore-table", "n.v", "--at", "change:3").expectFailure())
                .contains("is no longer kept", missing.toString());
        firn("restore-table", "n.v", "--at", "change:2").expectDone();

        try (FirnServer server = start()) {
            String view = server.client().view("n", "v");
            assertThat(server.client()
                            .http()
                            .get(view)
                            .expect(200)
                            .json()
                            .at("/metadata/properties")
                            .has("k"))
                    .isFalse();
            server.client().http().post(view, Changes.set("k", "again")).expect(200);
        }
    }

    /** As commands take it. */
    @Test
    void aNameWithADotInItIsShownAsItIsWritten() throws IOException {
        Path missing;
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "a.b").expect(200);
            server.client().commit("n", "a.b", Changes.set("k", "v")).expect(200);
            missing = TestTable.metadataFile(server, server.client().table("n", "a.b"));
            server.process().terminate();
        }
        Files.delete(missing);

        assertThat(firn("doctor").out()).contains("problem  table n.\"a.b\": its metadata file is missing");
        firn("restore-table", "n.\"a.b\"", "--at", "change:2").expectDone();
    }

    private static Table table(RESTCatalog catalog, int commits) {
        if (!catalog.namespaceExists(T.namespace())) {
            catalog.createNamespace(T.namespace());
        }
        Table table = catalog.buildTable(T, SCHEMA).create();
        for (int i = 0; i < commits; i++) {
            TestTable.append(table);
        }
        return table;
    }

    private void expire(long snapshot) throws IOException {
        try (FirnServer server = start();
                RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.loadTable(T)
                    .expireSnapshots()
                    .expireSnapshotId(snapshot)
                    .cleanExpiredFiles(false)
                    .commit();
        }
    }

    private Snapshot oldSnapshotWithoutManifestList(Consumer<RESTCatalog> then) throws IOException {
        Snapshot old;
        try (FirnServer server = start();
                RESTCatalog catalog = JavaClient.connect(server)) {
            Table table = table(catalog, 2);
            old = table.snapshot(table.currentSnapshot().parentId());
            then.accept(catalog);
        }
        Files.delete(TestTable.path(old.manifestListLocation()));
        return old;
    }

    /** What a table is now does not need it, so the table is not to be made what it was before. */
    @Test
    void anOldSnapshotWhoseManifestListIsMissingIsExpired() throws IOException {
        Snapshot old = oldSnapshotWithoutManifestList(catalog -> {});
        assertThat(firn("doctor").out())
                .contains(
                        "problem  table n.t: the manifest list of its snapshot " + old.snapshotId() + " is missing",
                        "expire the snapshot " + old.snapshotId())
                .doesNotContain("restore-table");

        expire(old.snapshotId());

        assertThat(firn("doctor").exitCode()).isZero();
    }

    /** No client can expire a snapshot of a table that has no name. */
    @Test
    void anOldSnapshotOfADroppedTableIsExpiredWhenTheTableIsBack() throws IOException {
        Snapshot old = oldSnapshotWithoutManifestList(catalog -> catalog.dropTable(T, false));
        assertThat(firn("doctor").out())
                .contains(
                        "problem  dropped table n.t: the manifest list of its snapshot " + old.snapshotId()
                                + " is missing",
                        "bring the table back with firn undrop n.t --change 5 and expire the snapshot "
                                + old.snapshotId());

        firn("undrop", "n.t", "--change", "5").expectDone();
        expire(old.snapshotId());

        assertThat(firn("doctor").exitCode()).isZero();
    }

    /** It stays among the snapshots when the table is put back. */
    @Test
    void theCurrentSnapshotWhoseManifestListIsMissingIsUndoneAndExpired() throws IOException {
        Snapshot current;
        try (FirnServer server = start();
                RESTCatalog catalog = JavaClient.connect(server)) {
            current = table(catalog, 2).currentSnapshot();
        }
        Files.delete(TestTable.path(current.manifestListLocation()));
        assertThat(firn("doctor").out())
                .contains(
                        "firn restore-table n.t --at change:N, with an N below 4",
                        "then expire the snapshot " + current.snapshotId());

        firn("restore-table", "n.t", "--at", "change:3").expectDone();
        expire(current.snapshotId());

        assertThat(firn("doctor").exitCode()).isZero();
    }

    /** It has a name again, and what was dropped cannot come back beside it. */
    @Test
    void aDroppedTableWhoseFileIsMissingIsRegisteredAsItWasBefore() throws IOException {
        String earlier;
        Path missing;
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            earlier = server.client()
                    .createTable("n", "t")
                    .expect(200)
                    .json()
                    .get("metadata-location")
                    .asText();
            server.client().commit("n", "t", Changes.set("k", "v")).expect(200);
            missing = TestTable.metadataFile(server, server.client().table("n", "t"));
            server.client().http().delete(server.client().table("n", "t")).expect(204);
            server.process().terminate();
        }
        Files.delete(missing);
        assertThat(firn("doctor").out())
                .contains("problem  dropped table n.t: its metadata file is missing", "register an earlier");

        try (FirnServer server = start()) {
            server.client()
                    .http()
                    .post(
                            server.client().namespace("n") + "/register",
                            Json.of("{'name':'t','metadata-location':'%s'}", earlier))
                    .expect(200);
        }

        FirnCommand mended = firn("doctor");
        assertThat(mended.out()).doesNotContain("dropped table n.t");
        assertThat(mended.out()).contains("1 tables, 0 dropped ones that can come back");
    }

    /** With its log, which would change the backup in its place. */
    @Test
    void aDamagedStateIsMovedAsideAndABackupRestored() throws IOException {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("backup");
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            firn("backup", backup.toString()).expectDone();
            for (int table = 0; table < 50; table++) {
                server.client().createTable("n", "t" + table).expect(200);
            }
        }
        try (FirnServer server = start()) {
            server.client().createTable("n", "last").expect(200);
            server.process().kill();
        }
        Path state = data.resolve("firn.db");
        assertThat(data.resolve("firn.db-wal")).isNotEmptyFile();
        byte[] content = Files.readAllBytes(state);
        Arrays.fill(content, 10 * 4_096, content.length, (byte) 0x5a);
        Files.write(state, content);
        assertThat(firn("doctor").expectFailure())
                .contains("move it aside together with its -wal and -shm, and firn restore the newest backup");

        Path aside = Files.createDirectory(folder.resolve("aside"));
        for (String part : List.of("firn.db", "firn.db-wal", "firn.db-shm")) {
            Files.move(data.resolve(part), aside.resolve(part));
        }
        FirnCommand restored = firn("restore", backup.toString());
        assertThat(restored.exitCode()).as("%s", restored).isZero();
        assertThat(restored.err()).startsWith("firn: The state ends with change 0, ");

        FirnCommand mended = firn("doctor");
        assertThat(mended.exitCode()).as("%s", mended).isZero();
        assertThat(mended.out()).contains("1 tables, ");
    }
}
