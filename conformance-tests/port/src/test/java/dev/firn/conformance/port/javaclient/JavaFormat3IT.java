package dev.firn.conformance.port.javaclient;

import static dev.firn.conformance.port.javaclient.JavaClient.SCHEMA;
import static dev.firn.conformance.port.javaclient.JavaClient.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.BaseEncryptedKey;
import org.apache.iceberg.encryption.EncryptedKey;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What format version 3 brings, through Apache's Java client. */
@ExtendWith(SharedServer.class)
class JavaFormat3IT {
    private static final Schema NEW_TYPES = new Schema(
            Types.NestedField.optional(1, "variant", Types.VariantType.get()),
            Types.NestedField.optional(2, "list", Types.ListType.ofOptional(3, Types.VariantType.get())),
            Types.NestedField.optional(4, "place", Types.GeometryType.of("srid:3857")),
            Types.NestedField.optional(5, "area", Types.GeographyType.crs84()),
            Types.NestedField.optional(6, "instant", Types.TimestampNanoType.withZone()),
            Types.NestedField.optional(7, "clock", Types.TimestampNanoType.withoutZone()),
            Types.NestedField.optional(8, "nothing", Types.UnknownType.get()));

    private RESTCatalog catalog;
    private TableIdentifier name;

    @BeforeEach
    void connect(FirnServer server) {
        catalog = JavaClient.connect(server);
        name = TableIdentifier.of(Names.fresh("java"), "t");
        catalog.createNamespace(Namespace.of(name.namespace().level(0)));
    }

    @AfterEach
    void disconnect() throws Exception {
        catalog.close();
    }

    private Table create(Schema schema, String version) {
        return catalog.buildTable(name, schema)
                .withProperty("format-version", version)
                .create();
    }

    private TableMetadata loaded() {
        return ((HasTableOperations) catalog.loadTable(name)).operations().current();
    }

    @Test
    void newTypes() {
        Schema given = create(NEW_TYPES, "3").schema();
        assertThat(loaded().schema().asStruct()).isEqualTo(given.asStruct());
        assertThat(given.columns())
                .extracting(column -> column.type().typeId())
                .containsExactlyElementsOf(NEW_TYPES.columns().stream()
                        .map(column -> column.type().typeId())
                        .toList());
    }

    @Test
    void newTypesInAnOlderFormat() {
        assertThatThrownBy(() -> create(NEW_TYPES, "2")).hasMessageContaining("not supported until v3");
        assertThat(catalog.tableExists(name)).isFalse();
    }

    @Test
    void defaultValues() {
        Table table = create(SCHEMA, "3");
        table.updateSchema()
                .addColumn("level", Types.IntegerType.get(), Literal.of(7))
                .commit();
        table.updateSchema().updateColumnDefault("level", Literal.of(8)).commit();
        Types.NestedField column = loaded().schema().findField("level");
        assertThat(column.initialDefault()).isEqualTo(7);
        assertThat(column.writeDefault()).isEqualTo(8);
    }

    @Test
    void rowLineage() {
        Table table = create(SCHEMA, "3");
        table.newAppend().appendFile(file(table, "one")).commit();
        table.newAppend()
                .appendFile(file(table, "two"))
                .appendFile(file(table, "three"))
                .commit();
        assertThat(loaded().snapshots()).extracting(Snapshot::firstRowId).containsExactly(0L, 10L);
        assertThat(loaded().snapshots()).extracting(Snapshot::addedRows).containsExactly(10L, 20L);
        assertThat(loaded().nextRowId()).isEqualTo(30);
    }

    @Test
    void rowLineageFromAnUpgradeOn() {
        Table table = create(SCHEMA, "2");
        table.newAppend().appendFile(file(table, "one")).commit();
        table.updateProperties().set("format-version", "3").commit();
        table.newAppend().appendFile(file(table, "two")).commit();
        assertThat(loaded().formatVersion()).isEqualTo(3);
        assertThat(loaded().currentSnapshot().firstRowId()).isZero();
        // The rows that were there get numbers too.
        assertThat(loaded().nextRowId()).isEqualTo(20);
    }

    @Test
    void deletionVectors() {
        Table table = create(SCHEMA, "3");
        DataFile data = file(table, "one");
        table.newAppend().appendFile(data).commit();
        DeleteFile vector = FileMetadata.deleteFileBuilder(table.spec())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath(table.location() + "/data/one.puffin")
                .withReferencedDataFile(data.location())
                .withContentOffset(4)
                .withContentSizeInBytes(40)
                .withFileSizeInBytes(100)
                .withRecordCount(3)
                .build();
        table.newRowDelta().addDeletes(vector).commit();
        Table again = catalog.loadTable(name);
        assertThat(again.currentSnapshot().summary())
                .containsEntry("added-dvs", "1")
                .containsEntry("total-position-deletes", "3");
        assertThat(again.currentSnapshot().addedDeleteFiles(again.io()))
                .singleElement()
                .satisfies(found -> assertThat(found.referencedDataFile()).isEqualTo(data.location()));
    }

    @Test
    void encryptionKeys() {
        TableOperations operations = ((HasTableOperations) create(SCHEMA, "3")).operations();
        for (String id : List.of("first", "second")) {
            ByteBuffer secret = ByteBuffer.wrap(("secret of " + id).getBytes(StandardCharsets.UTF_8));
            EncryptedKey key = new BaseEncryptedKey(id, secret, "master", Map.of("made", "today"));
            TableMetadata present = operations.refresh();
            operations.commit(
                    present,
                    TableMetadata.buildFrom(present).addEncryptionKey(key).build());
        }
        assertThat(loaded().encryptionKeys()).extracting(EncryptedKey::keyId).containsExactly("first", "second");
        EncryptedKey second = loaded().encryptionKeys().get(1);
        assertThat(StandardCharsets.UTF_8
                        .decode(second.encryptedKeyMetadata().duplicate())
                        .toString())
                .isEqualTo("secret of second");
        assertThat(second.encryptedById()).isEqualTo("master");
        assertThat(second.properties()).containsEntry("made", "today");

        TableMetadata present = operations.refresh();
        operations.commit(
                present,
                TableMetadata.buildFrom(present).removeEncryptionKey("first").build());
        assertThat(loaded().encryptionKeys()).extracting(EncryptedKey::keyId).containsExactly("second");
    }
}
