package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.Together;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and views become what they were, and clients go on from there. */
@ExtendWith(SharedServer.class)
class RestoreTableIT {
    @TempDir
    private Path folder;

    private final CatalogClient client;
    private final String n;
    private final RESTCatalog catalog;

    RestoreTableIT(FirnServer server, CatalogClient client) {
        this.client = client;
        this.n = Names.namespace(client);
        this.catalog = JavaClient.connect(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        catalog.close();
    }

    private Table table(String name, String version) {
        return catalog.buildTable(name(name), JavaClient.SCHEMA)
                .withProperty("format-version", version)
                .withProperty("owner", "me")
                .create();
    }

    private TableIdentifier name(String name) {
        return TableIdentifier.of(Namespace.of(n), name);
    }

    private Table load(String name) {
        return catalog.loadTable(name(name));
    }

    private static void append(Table table, String file) {
        table.newFastAppend().appendFile(JavaClient.file(table, file)).commit();
    }

    private static TableMetadata metadata(Table table) {
        return ((HasTableOperations) table).operations().current();
    }

    private static Set<String> files(Table table) {
        Set<String> files = new TreeSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(
                    Path.of(task.file().location()).getFileName().toString().replace(".parquet", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The moment after the newest change of this test. */
    private String now() {
        long newest = 0;
        for (long after = 0; ; ) {
            JsonNode page = client.http()
                    .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                    .expect(200)
                    .json();
            for (JsonNode change : page.get("changes")) {
                if (change.at("/namespace/0").asText().equals(n)) {
                    newest = change.get("change").asLong();
                }
            }
            if (page.get("changes").isEmpty()) {
                return "change:" + newest;
            }
            after = page.get("next").asLong();
        }
    }

    private Answer restore(String name, String at) {
        return client.http()
                .post(
                        "/api/v1/catalogs/main/restore-table",
                        Json.of("{'namespace':['%s'],'name':'%s','at':'%s'}", n, name, at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3"})
    void filesSchemaPropertiesAndBranchesAreThoseOfThen(String version) {
        Table table = table("t" + version, version);
        append(table, "one");
        table.manageSnapshots()
                .createTag("kept", table.currentSnapshot().snapshotId())
                .commit();
        String then = now();
        TableMetadata old = metadata(table);
        append(table, "two");
        table.updateSchema().addColumn("more", Types.IntegerType.get()).commit();
        table.updateProperties().set("owner", "you").set("new", "x").commit();
        table.updateSpec().addField("id").commit();
        table.manageSnapshots().createBranch("side").removeTag("kept").commit();
        Table before = load("t" + version);
        append(before, "three");

        JsonNode answer = restore("t" + version, then).expect(200).json();

        Table restored = load("t" + version);
        TableMetadata metadata = metadata(restored);
        assertThat(files(restored)).containsExactly("one");
        assertThat(metadata.schema().sameSchema(old.schema())).isTrue();
        assertThat(metadata.spec()).isEqualTo(old.spec());
        assertThat(metadata.properties()).isEqualTo(old.properties());
        assertThat(metadata.refs()).isEqualTo(old.refs());
        assertThat(metadata.uuid()).isEqualTo(old.uuid());
        assertThat(metadata.metadataFileLocation())
                .isEqualTo(answer.get("metadata-location").asText())
                .isNotEqualTo(old.metadataFileLocation());
        // What may only grow has not shrunk, and what came since is still known.
        TableMetadata last = metadata(before);
        assertThat(metadata.lastSequenceNumber()).isEqualTo(last.lastSequenceNumber());
        assertThat(metadata.lastColumnId()).isEqualTo(last.lastColumnId());
        assertThat(metadata.lastUpdatedMillis()).isGreaterThanOrEqualTo(last.lastUpdatedMillis());
        assertThat(metadata.nextRowId()).isEqualTo(last.nextRowId());
        assertThat(metadata.snapshots()).hasSameSizeAs(last.snapshots());
        assertThat(metadata.previousFiles())
                .extracting(TableMetadata.MetadataLogEntry::file)
                .contains(last.metadataFileLocation());

        // Clients go on: this one, one that had the table open, and one whose work was begun on what is gone.
        append(restored, "four");
        restored.updateSchema().addColumn("other", Types.StringType.get()).commit();
        table.refresh();
        append(table, "five");
        assertThat(files(load("t" + version))).containsExactly("five", "four", "one");
        assertThat(load("t" + version).schema().findField("other").fieldId()).isGreaterThan(3);
        assertThat(load("t" + version).currentSnapshot().sequenceNumber())
                .isGreaterThanOrEqualTo(last.lastSequenceNumber());
    }

    @Test
    void theLedgerTellsOfIt() {
        Table table = table("t", "2");
        append(table, "one");
        String then = now();
        append(table, "two");
        String before = now();
        JsonNode answer = restore("t", then).expect(200).json();
        JsonNode change = client.http()
                .get("/api/v1/catalogs/main/changes?after="
                        + (answer.get("change").asLong() - 1))
                .json()
                .at("/changes/0");
        assertThat(change.get("operation").asText()).isEqualTo("restore-table");
        assertThat("change:" + change.at("/detail/moment").asLong()).isEqualTo(then);
        assertThat(change.get("metadata-location")).isEqualTo(answer.get("metadata-location"));
        // There and back again, and once more to the same: nothing is left to do.
        restore("t", before).expect(200);
        assertThat(files(load("t"))).containsExactly("one", "two");
        JsonNode again = restore("t", before).expect(200).json();
        assertThat(restore("t", before).expect(200).json()).isEqualTo(again);
    }

    @Test
    void toATableThatWasEmpty() {
        Table table = table("t", "2");
        String then = now();
        append(table, "one");
        restore("t", then).expect(200);
        table.refresh();
        assertThat(table.currentSnapshot()).isNull();
        append(table, "two");
        assertThat(files(load("t"))).containsExactly("two");
    }

    @Test
    void whatHasExpiredSinceComesBackOnlyWithItsFiles() {
        Table table = table("t", "2");
        append(table, "one");
        String then = now();
        Snapshot first = table.currentSnapshot();
        append(table, "two");
        // As PyIceberg does it: the files stay.
        table.expireSnapshots()
                .expireSnapshotId(first.snapshotId())
                .cleanExpiredFiles(false)
                .commit();
        restore("t", then).expect(200);
        Table restored = load("t");
        assertThat(files(restored)).containsExactly("one");
        append(restored, "three");
        assertThat(files(load("t"))).containsExactly("one", "three");

        String later = now();
        String manifests = restored.currentSnapshot().manifestListLocation();
        long gone = restored.currentSnapshot().snapshotId();
        append(restored, "four");
        restored.expireSnapshots()
                .expireSnapshotId(gone)
                .cleanExpiredFiles(false)
                .commit();
        restored.io().deleteFile(manifests);
        String unchanged = metadata(load("t")).metadataFileLocation();
        assertThat(restore("t", later).expect(404).text()).contains("expired", String.valueOf(gone));
        assertThat(metadata(load("t")).metadataFileLocation()).isEqualTo(unchanged);
    }

    /** Its schema was removed with it, and the number of that given to another. */
    @Test
    void aSnapshotThatComesBackHasTheSchemaThatItHad() {
        Table table = table("t", "2");
        table.updateSchema().addColumn("then", Types.LongType.get()).commit();
        append(table, "one");
        String then = now();
        long first = table.currentSnapshot().snapshotId();
        table.updateSchema().deleteColumn("then").commit();
        append(table, "two");
        table.expireSnapshots().expireSnapshotId(first).cleanExpiredFiles(false).commit();
        int number = metadata(load("t")).schemas().stream()
                .filter(schema -> schema.findField("then") != null)
                .findFirst()
                .orElseThrow()
                .schemaId();
        client.commit(
                        n,
                        "t",
                        Json.of(
                                "{'requirements':[],'updates':[{'action':'remove-schemas','schema-ids':[%d]}]}",
                                number))
                .expect(200);
        Table other = load("t");
        other.updateSchema().addColumn("now", Types.LongType.get()).commit();
        assertThat(other.schema().schemaId()).isEqualTo(number);

        restore("t", then).expect(200);

        Table restored = load("t");
        assertThat(restored.schema().findField("then")).isNotNull();
        assertThat(restored.currentSnapshot().snapshotId()).isEqualTo(first);
        assertThat(restored.schemas().get(restored.currentSnapshot().schemaId()).findField("then"))
                .isNotNull();
    }

    @Test
    void renamedSinceDroppedSinceAnotherSinceAndNotYet() {
        table("early", "2");
        String then = now();
        Table table = table("t", "2");
        append(table, "one");
        String created = now();
        append(table, "two");
        assertThat(restore("t", then).expect(404).text()).contains("did not exist then");
        assertThat(restore("none", then).expect(404).text()).contains("does not exist");
        restore("t", "change:99999999").expect(404);
        restore("t", "yesterday").expect(400);
        restore("t", "2001-01-01").expect(404);

        catalog.renameTable(name("t"), name("u"));
        assertThat(restore("t", created).expect(404).text()).contains("dropped or renamed");
        restore("u", created).expect(200);
        assertThat(files(load("u"))).containsExactly("one");

        catalog.dropTable(name("u"), false);
        assertThat(restore("u", created).expect(404).text()).contains("does not exist");
        String gone = now();
        table("early2", "2");
        catalog.dropTable(name("early"), false);
        assertThat(restore("early", gone).expect(404).text()).contains("undrop");
        table("early", "2");
        assertThat(restore("early", gone).expect(404).text()).contains("another one");
    }

    @Test
    void aView() {
        client.createView(n, "v").expect(200);
        JsonNode old = client.http().get(client.view(n, "v")).json().get("metadata");
        String then = now();
        client.http().post(client.view(n, "v"), Changes.set("color", "red")).expect(200);
        restore("v", then).expect(200);
        JsonNode restored = client.http().get(client.view(n, "v")).json().get("metadata");
        assertThat(restored.get("properties")).isEqualTo(old.get("properties"));
        assertThat(restored.get("current-version-id")).isEqualTo(old.get("current-version-id"));
        assertThat(restored.get("view-uuid")).isEqualTo(old.get("view-uuid"));
    }

    @Test
    void aViewThatIsWhatItWasIsLeftAsItIs() {
        client.createView(n, "v").expect(200);
        client.http().post(client.view(n, "v"), Changes.set("color", "red")).expect(200);
        String then = now();
        client.http().post(client.view(n, "v"), Changes.set("color", "blue")).expect(200);
        JsonNode restored = restore("v", then).expect(200).json();
        assertThat(restore("v", then).expect(200).json()).isEqualTo(restored);
    }

    /** Iceberg does not let an engine take a dialect away that others read, but this is the wish of the operator. */
    @Test
    void aViewThatHasGotADialectSince() {
        client.createView(n, "v").expect(200);
        JsonNode old = client.http().get(client.view(n, "v")).json().get("metadata");
        String then = now();
        ObjectNode version = old.at("/versions/0").deepCopy();
        version.put("version-id", 2);
        version.withArray("representations").add(Json.of("{'type':'sql','sql':'select 2','dialect':'another'}"));
        client.http()
                .post(
                        client.view(n, "v"),
                        Json.value(Map.of(
                                "requirements",
                                List.of(),
                                "updates",
                                List.of(
                                        Map.of("action", "add-view-version", "view-version", version),
                                        Map.of("action", "set-current-view-version", "view-version-id", -1)))))
                .expect(200);
        restore("v", then).expect(200);
        JsonNode restored = client.http().get(client.view(n, "v")).json().get("metadata");
        assertThat(restored.get("current-version-id")).isEqualTo(old.get("current-version-id"));
        assertThat(restored.get("properties")).isEqualTo(old.get("properties"));
    }

    /** Without its key nobody could read a snapshot. */
    @Test
    void encryptionKeysComeBack() {
        table("t", "3");
        client.commit(
                        n,
                        "t",
                        Json.of(
                                "{'requirements':[],'updates':[{'action':'add-encryption-key','encryption-key':{'key-id':'first','encrypted-key-metadata':'QUJD'}}]}"))
                .expect(200);
        String then = now();
        client.commit(
                        n,
                        "t",
                        Json.of(
                                "{'requirements':[],'updates':[{'action':'remove-encryption-key','key-id':'first'},{'action':'add-encryption-key','encryption-key':{'key-id':'second','encrypted-key-metadata':'QUJE'}}]}"))
                .expect(200);
        restore("t", then).expect(200);
        JsonNode keys = client.loadTable(n, "t").expect(200).json().at("/metadata/encryption-keys");
        assertThat(keys.findValuesAsText("key-id")).containsExactlyInAnyOrder("first", "second");
        assertThat(keys.findValuesAsText("encrypted-key-metadata")).containsExactlyInAnyOrder("QUJD", "QUJE");
    }

    /** Nothing but snapshots comes back, which Iceberg's builder does not see as a change. */
    @Test
    void theStateBeforeIsInTheLogOfMetadataFiles() {
        Table table = table("t", "2");
        append(table, "one");
        long first = table.currentSnapshot().snapshotId();
        append(table, "two");
        String then = now();
        table.expireSnapshots().expireSnapshotId(first).cleanExpiredFiles(false).commit();
        String before = metadata(load("t")).metadataFileLocation();
        restore("t", then).expect(200);
        TableMetadata restored = metadata(load("t"));
        assertThat(restored.snapshot(first)).isNotNull();
        assertThat(restored.previousFiles())
                .last()
                .extracting(TableMetadata.MetadataLogEntry::file)
                .isEqualTo(before);
    }

    /** Each commit is either before the restore, and undone by it, or after it. */
    @Test
    void whileOthersCommit() throws Exception {
        client.createTable(n, "t").expect(200);
        client.commit(n, "t", Changes.set("base", "0")).expect(200);
        String then = now();
        List<Callable<List<String>>> work = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            int id = worker;
            work.add(() -> {
                for (int i = 0; i < 20; i++) {
                    client.commit(n, "t", Changes.set("w" + id, String.valueOf(i)))
                            .expect(200);
                }
                return List.of();
            });
        }
        work.add(() -> {
            List<String> locations = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                locations.add(restore("t", then)
                        .expect(200)
                        .json()
                        .get("metadata-location")
                        .asText());
            }
            return locations;
        });
        Together.run(work);
        restore("t", then).expect(200);
        JsonNode properties = client.loadTable(n, "t").json().at("/metadata/properties");
        assertThat(properties.has("base")).isTrue();
        assertThat(properties.has("w0") || properties.has("w3")).isFalse();
    }

    @Test
    void whoCommitsToWhatIsGoneIsRefused() {
        Table table = table("t", "2");
        append(table, "one");
        String then = now();
        append(table, "two");
        Table open = load("t");
        var rewrite = open.newRewrite()
                .validateFromSnapshot(open.currentSnapshot().snapshotId())
                .deleteFile(JavaClient.file(open, "two"))
                .addFile(JavaClient.file(open, "compacted"));
        restore("t", then).expect(200);
        assertThatThrownBy(rewrite::commit)
                .isInstanceOfAny(CommitFailedException.class, org.apache.iceberg.exceptions.ValidationException.class);
        assertThat(files(load("t"))).containsExactly("one");
    }

    @Test
    void byCommandOnAFolderWithoutAServer() {
        Path data = folder.resolve("data");
        try (FirnServer own = FirnServer.start(data)) {
            own.client().createNamespace("n").expect(200);
            own.client().createTable("n", "t").expect(200);
            own.client().commit("n", "t", Changes.set("a", "b")).expect(200);
        }
        assertThat(FirnCommand.run(folder, "restore-table", "n.t", "--at", "change:2", "--data", data.toString())
                        .expectDone()
                        .out())
                .contains("n.t", "change:2", "change 4");
        assertThat(FirnCommand.run(folder, "restore-table", "n.t", "--at", "change:1", "--data", data.toString())
                        .expectFailure())
                .contains("n.t");
        assertThat(FirnCommand.run(folder, "restore-table", "n.t", "--data", data.toString())
                        .exitCode())
                .isEqualTo(2);
        try (FirnServer own = FirnServer.start(data)) {
            assertThat(own.client()
                            .loadTable("n", "t")
                            .expect(200)
                            .json()
                            .at("/metadata/properties")
                            .has("a"))
                    .isFalse();
        }
    }
}
