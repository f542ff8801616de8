"""Spark on a Firn catalog. Needs Java 17.

    pip install -r requirements.txt
    FIRN_URI=http://127.0.0.1:8181 python example.py

Spark fetches Iceberg's runtime itself, unless FIRN_SPARK_RUNTIME is the path of that jar.
"""

import os
import pathlib

from pyspark.sql import SparkSession

URI = os.environ.get("FIRN_URI", "http://127.0.0.1:8181")


def connect(uri=URI):
    runtime = os.environ.get("FIRN_SPARK_RUNTIME")
    coordinates = (pathlib.Path(__file__).parent / "runtime.txt").read_text().strip()
    return (
        SparkSession.builder.appName("firn")
        .master("local[2]")
        .config(*(("spark.jars", runtime) if runtime else ("spark.jars.packages", coordinates)))
        .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .config("spark.sql.catalog.firn", "org.apache.iceberg.spark.SparkCatalog")
        .config("spark.sql.catalog.firn.type", "rest")
        .config("spark.sql.catalog.firn.uri", uri)
        # Spark would otherwise show a table for half a minute as it was before other engines wrote to it.
        .config("spark.sql.catalog.firn.cache-enabled", "false")
        # Spark would otherwise delete the files of DROP TABLE … PURGE itself, at once, and no undrop would help.
        .config("spark.sql.catalog.firn.rest-catalog-purge", "true")
        .config("spark.sql.defaultCatalog", "firn")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )


def main():
    spark = connect()
    spark.sql("CREATE NAMESPACE IF NOT EXISTS spark_example")
    spark.sql("DROP TABLE IF EXISTS spark_example.measurements")
    spark.sql("""
        CREATE TABLE spark_example.measurements (station STRING, celsius DOUBLE) USING iceberg
        TBLPROPERTIES ('format-version' = '2', 'write.update.mode' = 'merge-on-read', 'write.delete.mode' = 'merge-on-read')
    """)
    spark.sql("INSERT INTO spark_example.measurements VALUES ('Jungfraujoch', -7.5), ('Säntis', -2.0)")
    before = spark.sql("SELECT snapshot_id FROM spark_example.measurements.refs WHERE name = 'main'").first()[0]
    spark.sql("UPDATE spark_example.measurements SET celsius = -8.5 WHERE station = 'Jungfraujoch'")
    spark.sql("DELETE FROM spark_example.measurements WHERE station = 'Säntis'")

    now = [tuple(row) for row in spark.sql("SELECT * FROM spark_example.measurements").collect()]
    then = [
        tuple(row)
        for row in spark.sql(
            f"SELECT * FROM spark_example.measurements VERSION AS OF {before} ORDER BY station"
        ).collect()
    ]
    print("now: ", now)
    print("then:", then)
    return now, then


if __name__ == "__main__":
    main()
