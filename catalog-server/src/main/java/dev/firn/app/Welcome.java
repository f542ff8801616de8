package dev.firn.app;

import dev.firn.config.Settings;

/** What is shown when the server is ready: where it is, and what to paste into a client. */
final class Welcome {
    private Welcome() {}

    static String text(Server server, Settings settings) {
        boolean open = settings.credentials().isEmpty();
        // Words to be replaced: what is printed comes into logs, where no secret belongs.
        return """
        Firn serves Iceberg at %1$s
          state      %2$s
          warehouse  %3$s

        DuckDB     ATTACH '' AS firn (TYPE iceberg, ENDPOINT '%1$s', %4$s);
        PyIceberg  load_catalog("firn", uri="%1$s"%5$s)
        Spark      --conf spark.sql.catalog.firn=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.firn.type=rest --conf spark.sql.catalog.firn.uri=%1$s --conf spark.sql.catalog.firn.cache-enabled=false --conf spark.sql.catalog.firn.rest-catalog-purge=true%6$s

        Ctrl-C stops it.
        """.formatted(
                        server.uri(),
                        settings.databaseFile().toAbsolutePath().normalize(),
                        settings.warehouseFolder().toAbsolutePath().normalize(),
                        open ? "AUTHORIZATION_TYPE 'none'" : "CLIENT_ID 'ID', CLIENT_SECRET 'SECRET'",
                        open ? "" : ", credential=\"ID:SECRET\"",
                        open ? "" : " --conf spark.sql.catalog.firn.credential=ID:SECRET");
    }
}
