"""DuckDB on a Firn catalog.

    pip install -r requirements.txt
    FIRN_URI=http://127.0.0.1:8181 python example.py
"""

import importlib.resources
import os

import duckdb

URI = os.environ.get("FIRN_URI", "http://127.0.0.1:8181")


def connect(uri=URI):
    connection = duckdb.connect()
    # The extensions come from the Python packages beside DuckDB. With `INSTALL iceberg; LOAD iceberg` it fetches its own.
    for name in ("avro", "httpfs", "iceberg"):
        package = importlib.resources.files(f"duckdb_extension_{name}")
        connection.execute(f"LOAD '{package}/extensions/v{duckdb.__version__}/{name}.duckdb_extension'")
    connection.execute(f"ATTACH '' AS firn (TYPE iceberg, ENDPOINT '{uri}', AUTHORIZATION_TYPE 'none')")
    return connection


def main():
    connection = connect()
    connection.execute("CREATE SCHEMA IF NOT EXISTS firn.duckdb_example")
    connection.execute("DROP TABLE IF EXISTS firn.duckdb_example.measurements")
    connection.execute("CREATE TABLE firn.duckdb_example.measurements (station VARCHAR, celsius DOUBLE)")
    connection.execute("INSERT INTO firn.duckdb_example.measurements VALUES ('Jungfraujoch', -7.5), ('Säntis', -2.0)")
    before = connection.execute(
        "SELECT snapshot_id FROM iceberg_snapshots(firn.duckdb_example.measurements) ORDER BY sequence_number DESC LIMIT 1"
    ).fetchone()[0]
    connection.execute("UPDATE firn.duckdb_example.measurements SET celsius = -8.5 WHERE station = 'Jungfraujoch'")
    connection.execute("DELETE FROM firn.duckdb_example.measurements WHERE station = 'Säntis'")

    now = connection.execute("FROM firn.duckdb_example.measurements").fetchall()
    then = connection.execute(
        f"FROM firn.duckdb_example.measurements AT (VERSION => {before}) ORDER BY station"
    ).fetchall()
    print("now: ", now)
    print("then:", then)
    return now, then


if __name__ == "__main__":
    main()
