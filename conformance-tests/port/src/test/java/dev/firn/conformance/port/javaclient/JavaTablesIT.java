package dev.firn.conformance.port.javaclient;

import static dev.firn.conformance.port.javaclient.JavaClient.SCHEMA;
import static dev.firn.conformance.port.javaclient.JavaClient.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables through Apache's Java client. */
@ExtendWith(SharedServer.class)
class JavaTablesIT {
    private FirnServer server;
    private RESTCatalog catalog;
    private Namespace namespace;

    @BeforeEach
    void connect(FirnServer server) {
        this.server = server;
        catalog = JavaClient.connect(server);
        namespace = Namespace.of(Names.fresh("java"));
        catalog.createNamespace(namespace, new HashMap<>(Map.of("owner", "test")));
    }

    @AfterEach
    void disconnect() throws Exception {
        catalog.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3"})
    void createAndAppend(String version) {
        TableIdentifier name = name("t");
        Table table = catalog.buildTable(name, SCHEMA)
                .withPartitionSpec(PartitionSpec.unpartitioned())
                .withProperty("format-version", version)
                .create();
        table.newFastAppend().appendFile(file(table, "one")).commit();
        table.newAppend().appendFile(file(table, "two")).commit();
        table.updateSchema().addColumn("more", Types.IntegerType.get()).commit();
        table.updateSpec().addField("id").commit();
        table.replaceSortOrder().asc("id").commit();
        table.manageSnapshots()
                .createBranch("side")
                .createTag("mark", first(table))
                .commit();

        Table loaded = catalog.loadTable(name);
        assertThat(((BaseTable) loaded).operations().current().formatVersion()).isEqualTo(Integer.parseInt(version));
        assertThat(loaded.snapshots()).hasSize(2);
        assertThat(loaded.currentSnapshot().summary()).containsEntry("total-records", "20");
        assertThat(loaded.refs()).containsKeys("main", "side", "mark");
        assertThat(loaded.schema().findField("more")).isNotNull();
        assertThat(loaded.spec().isPartitioned()).isTrue();
        assertThat(loaded.sortOrder().isSorted()).isTrue();
        loaded.manageSnapshots().rollbackTo(first(loaded)).commit();
        table.refresh();
        assertThat(table.currentSnapshot().snapshotId()).isEqualTo(first(table));
    }

    private static long first(Table table) {
        return table.snapshots().iterator().next().snapshotId();
    }

    @Test
    void stagedCreate() {
        Transaction creation = catalog.buildTable(name("staged"), SCHEMA).createTransaction();
        creation.newAppend().appendFile(file(creation.table(), "one")).commit();
        creation.updateProperties().set("made", "staged").commit();
        assertThat(catalog.tableExists(name("staged"))).isFalse();

        creation.commitTransaction();

        Table loaded = catalog.loadTable(name("staged"));
        assertThat(loaded.properties()).containsEntry("made", "staged");
        assertThat(loaded.snapshots()).hasSize(1);
    }

    @Test
    void stagedCreateThatComesTooLate() {
        Transaction creation = catalog.buildTable(name("staged"), SCHEMA).createTransaction();
        catalog.createTable(name("staged"), SCHEMA);
        assertThatThrownBy(creation::commitTransaction)
                .isInstanceOfAny(AlreadyExistsException.class, CommitFailedException.class);
    }

    @Test
    void replaced() {
        Table table = catalog.createTable(name("t"), SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        Transaction replacement =
                catalog.buildTable(name("t"), SCHEMA.select("id")).createOrReplaceTransaction();
        replacement.newAppend().appendFile(file(replacement.table(), "two")).commit();
        replacement.commitTransaction();
        Table loaded = catalog.loadTable(name("t"));
        assertThat(loaded.schema().columns()).hasSize(1);
        assertThat(loaded.snapshots()).hasSize(2);
        assertThat(loaded.uuid()).isEqualTo(table.uuid());
    }

    @Test
    void committedTogether() {
        TableCommit one = prepared("one");
        TableCommit two = prepared("two");
        catalog.commitTransaction(List.of(one, two));
        assertThat(catalog.loadTable(name("one")).snapshots()).hasSize(1);
        assertThat(catalog.loadTable(name("two")).snapshots()).hasSize(1);
    }

    @Test
    void committedTogetherOrNotAtAll() {
        TableCommit one = prepared("one");
        TableCommit two = prepared("two");
        Table meanwhile = catalog.loadTable(name("two"));
        meanwhile.newAppend().appendFile(file(meanwhile, "other")).commit();
        assertThatThrownBy(() -> catalog.commitTransaction(List.of(one, two)))
                .isInstanceOf(CommitFailedException.class);
        assertThat(catalog.loadTable(name("one")).snapshots()).isEmpty();
    }

    private TableCommit prepared(String table) {
        Table created = catalog.createTable(name(table), SCHEMA);
        Transaction transaction = created.newTransaction();
        transaction.newAppend().appendFile(file(created, "one")).commit();
        return TableCommit.create(
                name(table),
                ((HasTableOperations) created).operations().current(),
                ((HasTableOperations) transaction.table()).operations().current());
    }

    @Test
    void renamed() {
        Table table = catalog.createTable(name("t"), SCHEMA);
        Namespace other = Namespace.of(Names.fresh("java"));
        catalog.createNamespace(other);
        catalog.renameTable(name("t"), TableIdentifier.of(other, "u"));
        assertThat(catalog.tableExists(name("t"))).isFalse();
        assertThat(catalog.loadTable(TableIdentifier.of(other, "u")).uuid()).isEqualTo(table.uuid());
        assertThat(catalog.listTables(other)).containsExactly(TableIdentifier.of(other, "u"));
    }

    @Test
    void registered() {
        Table table = catalog.createTable(name("t"), SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        String metadata = ((BaseTable) table).operations().current().metadataFileLocation();
        assertThat(catalog.dropTable(name("t"), false)).isTrue();
        Table registered = catalog.registerTable(name("back"), metadata);
        assertThat(registered.uuid()).isEqualTo(table.uuid());
        assertThat(catalog.loadTable(name("back")).snapshots()).hasSize(1);
    }

    @Test
    void purged() {
        Table table = catalog.createTable(name("t"), SCHEMA);
        table.newAppend().appendFile(file(table, "one")).commit();
        Path metadata = path(((BaseTable) table).operations().current().metadataFileLocation());
        assertThat(metadata).exists();
        assertThat(catalog.dropTable(name("t"), true)).isTrue();
        assertThatThrownBy(() -> catalog.loadTable(name("t"))).isInstanceOf(NoSuchTableException.class);
        assertThat(catalog.dropTable(name("t"))).isFalse();
    }

    private static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }

    @Test
    void onlyReferencedSnapshotsFirst() throws Exception {
        Table table = catalog.createTable(name("t"), SCHEMA);
        for (int number = 0; number < 3; number++) {
            table.newAppend().appendFile(file(table, "file" + number)).commit();
        }
        try (RESTCatalog refs = JavaClient.connect(server, "snapshot-loading-mode", "REFS")) {
            Table loaded = refs.loadTable(name("t"));
            assertThat(loaded.currentSnapshot().snapshotId())
                    .isEqualTo(table.currentSnapshot().snapshotId());
            assertThat(loaded.snapshots()).hasSize(3);
            loaded.newAppend().appendFile(file(loaded, "last")).commit();
        }
        table.refresh();
        assertThat(table.snapshots()).hasSize(4);
    }

    private TableIdentifier name(String table) {
        return TableIdentifier.of(namespace, table);
    }
}
