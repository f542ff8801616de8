package dev.firn.conformance.port.javaclient;

import dev.firn.conformance.harness.FirnServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;

/** Sets the client up. */
public final class JavaClient {
    /** Two columns. */
    public static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "note", Types.StringType.get()));

    private JavaClient() {}

    /** A catalog client of a server; {@code more} are further properties, names and values in turn. */
    public static RESTCatalog connect(FirnServer server, String... more) {
        return connect(server.uri(), more);
    }

    /** The same by the address of the server. */
    public static RESTCatalog connect(URI server, String... more) {
        Map<String, String> properties = new HashMap<>();
        properties.put(CatalogProperties.URI, server.toString());
        properties.put(CatalogProperties.WAREHOUSE_LOCATION, "main");
        properties.put(CatalogProperties.FILE_IO_IMPL, LocalFiles.class.getName());
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        RESTCatalog catalog = new RESTCatalog();
        catalog.initialize("firn", properties);
        return catalog;
    }

    /** A data file that is only spoken of: commits write metadata, nobody reads the rows. */
    public static DataFile file(Table table, String name) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(table.location() + "/data/" + name + ".parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(1000)
                .withRecordCount(10)
                .build();
    }
}
