package dev.firn.conformance.port.scan;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import java.io.IOException;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that scan one table both ways, and write to it with Apache's client. */
@ExtendWith(ScanServer.class)
abstract class PlannedTable {
    private final Schema schema;

    /** The clients of the two ways. */
    BothWays both;

    /** In a namespace of the test's own. */
    TableIdentifier name;

    /** Once it is {@linkplain #create created}. */
    Table table;

    /** Makes files as the table is when it is created; to be made anew where it is another since. */
    TableWriter writer;

    /** The table's first schema. */
    PlannedTable(Schema schema) {
        this.schema = schema;
    }

    @BeforeEach
    void connect(FirnServer server) {
        both = new BothWays(server);
        Namespace namespace = Namespace.of(Names.fresh("scan"));
        both.client().createNamespace(namespace);
        name = TableIdentifier.of(namespace, "t");
    }

    @AfterEach
    void disconnect() throws IOException {
        both.close();
    }

    /** Creates the table in a version of the format. */
    void create(int version, PartitionSpec spec) {
        table = both.client()
                .buildTable(name, schema)
                .withPartitionSpec(spec)
                .withProperty("format-version", String.valueOf(version))
                .create();
        writer = new TableWriter(table);
    }
}
