package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** What others need of a purged table stays: other names, tables and catalogs. A backup that needs what has gone is not restored. */
class PurgeAndOthersIT extends PurgingServer {
    @Test
    void aTableOverTheSameFilesKeepsThem() {
        start("0");
        Table table = create(T, 3);
        TableIdentifier twin = TableIdentifier.of("n", "twin");
        Table second = catalog.registerTable(twin, metadataLocation(T));
        TestTable.append(table);
        List<Path> shared = TestTable.files(root(table));
        TestTable.append(second);
        // An engine drops from the present state what the past still shows.
        second.expireSnapshots()
                .expireSnapshotId(second.currentSnapshot().parentId())
                .commit();
        long before = newestChange();

        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.missing(second)).isEmpty();
        assertThat(TestTable.missing(catalog.loadTable(twin))).isEmpty();
        seeTwinAt(before);
        assertThat(TestTable.files(root(table))).hasSizeLessThan(shared.size() + 6);

        catalog.dropTable(twin, true);
        awaitGone(root(table));
    }

    /** The catalog as it was can still be read. */
    private void seeTwinAt(long change) {
        server.client()
                .http()
                .get("/v1/main@change:" + change + "/namespaces/n/tables/twin")
                .expect(200);
    }

    @Test
    void whatANameWasBeforeItWasOverwrittenStays() {
        start("0");
        Table table = create(T, 2);
        TableIdentifier twin = TableIdentifier.of("n", "twin");
        catalog.registerTable(twin, metadataLocation(T));
        List<Path> files = TestTable.files(root(table));
        long before = newestChange();
        create(TableIdentifier.of("n", "other"), 1);
        server.client()
                .http()
                .post(
                        server.client().namespace("n") + "/register",
                        "{\"name\":\"twin\",\"overwrite\":true,\"metadata-location\":\""
                                + metadataLocation(TableIdentifier.of("n", "other")) + "\"}")
                .expect(200);
        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        seeTwinAt(before);
    }

    @Test
    void whatCanComeBackKeepsItsFiles() {
        start("0");
        Table table = create(T, 2);
        List<Path> files = TestTable.files(root(table));
        String location = metadataLocation(T);
        catalog.dropTable(T, false);
        TableIdentifier again = TableIdentifier.of("n", "again");
        catalog.registerTable(again, location);
        catalog.dropTable(again, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
        server.client()
                .http()
                .post("/api/v1/catalogs/main/undrop", "{\"namespace\":[\"n\"],\"name\":\"t\"}")
                .expect(200);
        assertThat(TestTable.missing(catalog.loadTable(T))).isEmpty();
    }

    @Test
    void whatAnotherCatalogHasStays() {
        start("0");
        Table table = create(T, 2);
        TableIdentifier given = TableIdentifier.of("n", "given");
        catalog.registerTable(given, metadataLocation(T));
        List<Path> files = TestTable.files(root(table));
        server.client()
                .http()
                .post(server.client().table("n", "given") + "/unregister", "{}")
                .expect(200);
        catalog.dropTable(T, true);
        awaitSettled(1);
        assertThat(TestTable.files(root(table))).isEqualTo(files);
    }

    @Test
    void aNewTableInTheSameFolderKeepsItsFiles() {
        start("2s");
        Table old = create(T, 2);
        List<Path> oldFiles = TestTable.files(root(old));
        catalog.dropTable(T, true);
        Table next = catalog.buildTable(T, SCHEMA).withLocation(old.location()).create();
        TestTable.append(next);
        // A file of the old table that an engine has added to the new one.
        Path adopted = oldFiles.stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        next.newAppend()
                .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath(adopted.toString())
                        .withFileSizeInBytes(4)
                        .withRecordCount(1)
                        .withFormat("parquet")
                        .build())
                .commit();
        awaitSettled(1);
        assertThat(TestTable.missing(next)).isEmpty();
        assertThat(adopted).exists();
        assertThat(root(next).resolve("data")).isDirectory();
        oldFiles.stream()
                .filter(file -> !file.equals(adopted))
                .forEach(file -> assertThat(file).doesNotExist());
    }

    @Test
    void aTableWithinTheFolderAndOneElsewhereKeepWhatTheyName() {
        start("0");
        Table table = create(T, 2);
        Table within = catalog.buildTable(TableIdentifier.of("n", "within"), SCHEMA)
                .withLocation(table.location() + "/data/within")
                .create();
        TestTable.append(within);
        Table elsewhere = create(TableIdentifier.of("n", "elsewhere"), 0);
        String borrowed = table.location() + "/data";
        org.apache.iceberg.DataFile file = TestTable.dataFile(borrowed);
        table.newAppend().appendFile(file).commit();
        elsewhere.newAppend().appendFile(file).commit();
        TableIdentifier renamed = TableIdentifier.of("n", "renamed");
        catalog.renameTable(T, renamed);
        TestTable.append(catalog.loadTable(renamed));

        catalog.dropTable(renamed, true);
        awaitSettled(1);
        assertThat(TestTable.missing(within)).isEmpty();
        assertThat(TestTable.missing(elsewhere)).isEmpty();
        List<Path> left = TestTable.files(root(table));
        assertThat(left)
                .allMatch(path -> path.startsWith(root(within))
                        || file.location().endsWith(path.getFileName().toString()));
    }

    /** Nobody can read it as it is, but it can be put back to what it was before. */
    @Test
    void aTableWhoseMetadataFileIsMissingKeepsWhatItNamedBefore() throws IOException {
        start("7d");
        Table table = create(T, 2);
        TableIdentifier name = TableIdentifier.of("n", "elsewhere");
        Table elsewhere = create(name, 0);
        org.apache.iceberg.DataFile file = TestTable.dataFile(table.location() + "/data");
        table.newAppend().appendFile(file).commit();
        elsewhere.newAppend().appendFile(file).commit();
        long before = newestChange();
        elsewhere.updateProperties().set("k", "v").commit();
        String lost = metadataLocation(name);
        catalog.dropTable(T, true);
        server.process().terminate();
        server.close();
        Files.delete(TestTable.path(lost));

        start("0");
        awaitSettled(1);

        assertThat(TestTable.path(file.location())).exists();
        FirnCommand.run(
                        folder,
                        "restore-table",
                        "n.elsewhere",
                        "--at",
                        "change:" + before,
                        "--data",
                        folder.resolve("data").toString())
                .expectDone();
        assertThat(TestTable.missing(catalog.loadTable(name))).isEmpty();
    }

    private FirnCommand firn(String command, Path backup) {
        return FirnCommand.run(
                folder,
                command,
                backup.toString(),
                "--data",
                folder.resolve("data").toString());
    }

    private void purgeAllButTheMetadataFile(Table table) throws IOException {
        Path metadata = TestTable.path(metadataLocation(T));
        byte[] content = Files.readAllBytes(metadata);
        catalog.dropTable(T, true);
        awaitGone(root(table));
        Files.createDirectories(metadata.getParent());
        Files.write(metadata, content);
    }

    /** The last metadata file is deleted at the end, so its being there says nothing of the other files. */
    @Test
    void aBackupOfATableWhoseFilesAreGoingIsNotRestored() throws IOException {
        start("0");
        Table table = create(T, 2);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        purgeAllButTheMetadataFile(table);

        FirnCommand refused = firn("restore", backup);

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("n.t", "was purged since", "nothing was restored");
        server.client().loadTable("n", "t").expect(404);
        create(TableIdentifier.of("n", "next"), 1);
    }

    /** The backup has the last metadata files of the table in it, as they were not yet synced. */
    @Test
    void aRestoreThatIsRefusedWritesNoFile() throws IOException {
        start("0");
        Table table = create(T, 2);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        catalog.dropTable(T, true);
        awaitGone(root(table));

        assertThat(firn("restore", backup).expectFailure()).contains("was purged since");

        assertThat(root(table)).doesNotExist();
    }

    @Test
    void aRestoreKnowsWhatWasPurgedSince() throws IOException {
        start("0");
        Table table = create(T, 2);
        catalog.dropTable(T, false);
        Path backup = folder.resolve("state.backup");
        firn("backup", backup).expectDone();
        firn("undrop", Path.of("n.t")).expectDone();
        catalog.dropTable(T, true);
        awaitGone(root(table));

        firn("restore", backup).expectDone();

        assertThat(server.client()
                        .http()
                        .get("/api/v1/catalogs/main/dropped")
                        .expect(200)
                        .json()
                        .get("dropped"))
                .isEmpty();
    }

    /** The backup that was restored in between knows nothing of the table. */
    @Test
    void aPurgeIsKnownAfterTheRestoreOfABackupFromBeforeTheTable() throws IOException {
        start("0");
        Path early = folder.resolve("early.backup");
        firn("backup", early).expectDone();
        Table table = create(T, 2);
        Path late = folder.resolve("late.backup");
        firn("backup", late).expectDone();
        purgeAllButTheMetadataFile(table);

        firn("restore", early).expectDone();

        assertThat(firn("restore", late).expectFailure()).contains("was purged since");
        assertThat(FirnCommand.run(
                                folder,
                                "doctor",
                                "--data",
                                folder.resolve("data").toString())
                        .out())
                .contains("database: no damage");
    }
}
