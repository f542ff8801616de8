package dev.firn.app;

import dev.firn.config.Settings;

/** What is shown when the server is ready: where it is, and what to paste into a client. */
final class Welcome {
    private Welcome() {}

    static String text(Server server, Settings settings) {
        return """
        Firn serves Iceberg at %1$s
          state      %2$s
          warehouse  %3$s

        DuckDB     ATTACH '' AS firn (TYPE iceberg, ENDPOINT '%1$s', AUTHORIZATION_TYPE 'none');
        PyIceberg  load_catalog("firn", uri="%1$s")
        Spark      --conf spark.sql.catalog.firn=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.firn.type=rest --conf spark.sql.catalog.firn.uri=%1$s --conf spark.sql.catalog.firn.cache-enabled=false --conf spark.sql.catalog.firn.rest-catalog-purge=true

        Ctrl-C stops it.
        """.formatted(
                        server.uri(),
                        settings.databaseFile().toAbsolutePath().normalize(),
                        settings.warehouseFolder().toAbsolutePath().normalize());
    }
}
