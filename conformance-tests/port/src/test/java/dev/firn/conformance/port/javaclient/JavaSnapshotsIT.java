package dev.firn.conformance.port.javaclient;

import static dev.firn.conformance.port.javaclient.JavaClient.SCHEMA;
import static dev.firn.conformance.port.javaclient.JavaClient.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.GenericBlobMetadata;
import org.apache.iceberg.GenericStatisticsFile;
import org.apache.iceberg.ImmutableGenericPartitionStatisticsFile;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.view.BaseView;
import org.apache.iceberg.view.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Branches, tags, statistics and registration through Apache's Java client. */
@ExtendWith(SharedServer.class)
class JavaSnapshotsIT {
    private RESTCatalog catalog;
    private Namespace namespace;
    private TableIdentifier name;

    @BeforeEach
    void connect(FirnServer server) {
        catalog = JavaClient.connect(server);
        namespace = Namespace.of(Names.fresh("java"));
        name = TableIdentifier.of(namespace, "t");
        catalog.createNamespace(namespace);
    }

    @AfterEach
    void disconnect() throws Exception {
        catalog.close();
    }

    @Test
    void branchesAndTags() {
        Table table = catalog.createTable(name, SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        long first = table.currentSnapshot().snapshotId();
        table.manageSnapshots()
                .createBranch("audit", first)
                .setMinSnapshotsToKeep("audit", 3)
                .setMaxSnapshotAgeMs("audit", 1_000_000)
                .createTag("mark", first)
                .setMaxRefAgeMs("mark", 2_000_000)
                .commit();
        table.newAppend().appendFile(file(table, "two")).toBranch("audit").commit();
        long audited = table.snapshot("audit").snapshotId();

        Table loaded = catalog.loadTable(name);
        assertThat(loaded.currentSnapshot().snapshotId()).isEqualTo(first);
        assertThat(loaded.refs().get("audit").minSnapshotsToKeep()).isEqualTo(3);
        assertThat(loaded.refs().get("audit").maxSnapshotAgeMs()).isEqualTo(1_000_000);
        assertThat(loaded.refs().get("mark").maxRefAgeMs()).isEqualTo(2_000_000);

        loaded.manageSnapshots().fastForwardBranch("main", "audit").commit();
        loaded.manageSnapshots().replaceTag("mark", audited).commit();
        loaded.manageSnapshots().renameBranch("audit", "audited").commit();
        loaded.manageSnapshots().createTag("gone", first).commit();
        loaded.manageSnapshots().removeTag("gone").commit();

        loaded = catalog.loadTable(name);
        assertThat(loaded.currentSnapshot().snapshotId()).isEqualTo(audited);
        assertThat(loaded.refs()).containsOnlyKeys("main", "audited", "mark");
        assertThat(loaded.refs().get("mark").snapshotId()).isEqualTo(audited);

        loaded.expireSnapshots()
                .expireSnapshotId(first)
                .cleanExpiredFiles(false)
                .commit();
        assertThat(catalog.loadTable(name).snapshots()).hasSize(1);
    }

    @Test
    void stagedAndPublished() {
        Table table = catalog.createTable(name, SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        table.newAppend().appendFile(file(table, "two")).stageOnly().commit();
        Table loaded = catalog.loadTable(name);
        assertThat(loaded.snapshots()).hasSize(2);
        assertThat(loaded.currentSnapshot().summary()).containsEntry("total-data-files", "1");
        long staged = loaded.currentSnapshot().snapshotId() == first(loaded) ? last(loaded) : first(loaded);

        loaded.manageSnapshots().cherrypick(staged).commit();

        assertThat(catalog.loadTable(name).currentSnapshot().summary()).containsEntry("total-data-files", "2");
    }

    private static long first(Table table) {
        return table.snapshots().iterator().next().snapshotId();
    }

    private static long last(Table table) {
        long last = 0;
        for (var snapshot : table.snapshots()) {
            last = snapshot.snapshotId();
        }
        return last;
    }

    @Test
    void statistics() {
        Table table = catalog.createTable(name, SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        long snapshot = table.currentSnapshot().snapshotId();
        StatisticsFile statistics = new GenericStatisticsFile(
                snapshot,
                table.location() + "/metadata/one.puffin",
                100,
                20,
                List.of(new GenericBlobMetadata(
                        "apache-datasketches-theta-v1", snapshot, 1, List.of(1), Map.of("ndv", "10"))));
        PartitionStatisticsFile ofPartitions = ImmutableGenericPartitionStatisticsFile.builder()
                .snapshotId(snapshot)
                .path(table.location() + "/metadata/partitions.parquet")
                .fileSizeInBytes(42)
                .build();
        table.updateStatistics().setStatistics(statistics).commit();
        table.updatePartitionStatistics().setPartitionStatistics(ofPartitions).commit();

        Table loaded = catalog.loadTable(name);
        assertThat(loaded.statisticsFiles()).containsExactly(statistics);
        assertThat(loaded.partitionStatisticsFiles()).containsExactly(ofPartitions);

        loaded.updateStatistics().removeStatistics(snapshot).commit();
        loaded.updatePartitionStatistics().removePartitionStatistics(snapshot).commit();
        assertThat(catalog.loadTable(name).statisticsFiles()).isEmpty();
        assertThat(catalog.loadTable(name).partitionStatisticsFiles()).isEmpty();
    }

    @Test
    void registeredOverAnother() {
        Table table = catalog.createTable(name, SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        String before = metadata(table);
        table.newAppend().appendFile(file(table, "two")).commit();
        assertThatThrownBy(() -> catalog.registerTable(name, before, false)).isInstanceOf(AlreadyExistsException.class);
        assertThat(catalog.loadTable(name).snapshots()).hasSize(2);

        assertThat(catalog.registerTable(name, before, true).snapshots()).hasSize(1);
        assertThat(catalog.loadTable(name).snapshots()).hasSize(1);
        TableIdentifier free = TableIdentifier.of(namespace, "free");
        assertThat(catalog.registerTable(free, before, true).uuid()).isEqualTo(table.uuid());
    }

    private static String metadata(Table table) {
        return ((BaseTable) table).operations().current().metadataFileLocation();
    }

    @Test
    void registeredView() {
        View view = catalog.buildView(name)
                .withSchema(SCHEMA)
                .withDefaultNamespace(namespace)
                .withQuery("spark", "select 1 as id")
                .create();
        String metadata = ((BaseView) view).operations().current().metadataFileLocation();
        TableIdentifier back = TableIdentifier.of(namespace, "back");
        assertThatThrownBy(() -> catalog.registerView(name, metadata)).isInstanceOf(AlreadyExistsException.class);
        catalog.dropView(name);
        assertThat(catalog.registerView(back, metadata).uuid()).isEqualTo(view.uuid());
        assertThat(catalog.loadView(back).sqlFor("spark").sql()).isEqualTo("select 1 as id");
    }

    @Test
    void renamedIntoANestedNamespace() {
        Namespace inner = Namespace.of(namespace.level(0), "in.ner", "most/inner");
        catalog.createNamespace(inner);
        Table table = catalog.createTable(name, SCHEMA);
        TableIdentifier there = TableIdentifier.of(inner, "there");
        catalog.renameTable(name, there);
        assertThat(catalog.loadTable(there).uuid()).isEqualTo(table.uuid());
        // What the name pointed to does not come back with it.
        Table another = catalog.createTable(name, SCHEMA);
        assertThat(another.location()).isNotEqualTo(table.location());
        assertThat(catalog.listTables(inner)).containsExactly(there);
    }
}
