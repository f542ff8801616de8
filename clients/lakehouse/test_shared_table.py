"""One table, many clients: after every step of one of them, all of them see the same rows."""

import pytest

MERGE_ON_READ = (
    "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read', 'write.merge.mode'='merge-on-read'"
)


class Readers:
    def __init__(self, table, *clients):
        self.table = table
        self.clients = clients

    def see(self, expected, **at):
        seen = {client.name: client.rows(self.table, **at) for client in self.clients}
        assert seen == {client.name: expected for client in self.clients}


@pytest.fixture
def readers(namespace, duckdb, duckdb_1_4, pyiceberg, spark):
    return Readers(f"{namespace}.t", duckdb, duckdb_1_4, pyiceberg, spark)


def test_rows_of_each_are_read_by_all(readers, duckdb, duckdb_1_4, pyiceberg, spark):
    table = readers.table
    spark.sql(f"CREATE TABLE {table} (id BIGINT, name STRING) TBLPROPERTIES ('format-version'='2', {MERGE_ON_READ})")
    readers.see([])
    rows = []
    for id, client in enumerate(readers.clients):
        client.call("append", table=table, rows=[[id, client.name], [id + 10, "ä\U0001f9ca'\""]])
        rows = sorted([*rows, [id, client.name], [id + 10, "ä\U0001f9ca'\""]])
        readers.see(rows)
    before = pyiceberg.call("current_snapshot", table=table)
    past = rows

    duckdb.sql(f"UPDATE firn.{table} SET name = 'by DuckDB' WHERE id = 1")
    rows = [[id, "by DuckDB" if id == 1 else name] for id, name in rows]
    readers.see(rows)
    duckdb_1_4.sql(f"DELETE FROM firn.{table} WHERE id = 12")
    rows = [row for row in rows if row[0] != 12]
    readers.see(rows)
    spark.sql(f"MERGE INTO {table} t USING (SELECT 2L AS id UNION ALL SELECT 99L) s ON t.id = s.id "
              "WHEN MATCHED THEN UPDATE SET name = 'by Spark' WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, 'new')")
    rows = [*([id, "by Spark" if id == 2 else name] for id, name in rows), [99, "new"]]
    readers.see(rows)
    pyiceberg.call("delete", table=table, condition="id = 13")
    rows = [row for row in rows if row[0] != 13]
    readers.see(rows)
    spark.sql(f"DELETE FROM {table} WHERE id = 0")
    rows = rows[1:]
    readers.see(rows)
    duckdb.sql(f"MERGE INTO firn.{table} t USING (VALUES (1), (98)) s(id) ON t.id = s.id "
               "WHEN MATCHED THEN UPDATE SET name = 'merged' WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'new')")
    rows = sorted([*([id, "merged" if id == 1 else name] for id, name in rows), [98, "new"]])
    readers.see(rows)

    readers.see(past, snapshot=before["id"])
    readers.see(past, milliseconds=before["milliseconds"])
    spark.sql(f"CALL firn.system.rewrite_data_files(table => '{table}', options => map('rewrite-all', 'true'))")
    spark.sql(f"CALL firn.system.rewrite_manifests('{table}')")
    readers.see(rows)
    readers.see(past, snapshot=before["id"])
    spark.sql(f"CALL firn.system.rollback_to_snapshot('{table}', {before['id']})")
    readers.see(past)


def test_evolution_by_each_is_seen_by_all(readers, duckdb, duckdb_1_4, pyiceberg, spark):
    table = readers.table
    duckdb.sql(f"CREATE TABLE firn.{table} (id BIGINT, name VARCHAR, gone INTEGER)")
    pyiceberg.call("append", table=table, rows=[[1, "a", 0]])
    readers.see([[1, "a", 0]])
    duckdb.sql(f"ALTER TABLE firn.{table} RENAME COLUMN name TO label")
    spark.sql(f"ALTER TABLE {table} DROP COLUMN gone")
    readers.see([[1, "a"]])
    spark.sql(f"ALTER TABLE {table} ADD PARTITION FIELD bucket(2, id)")
    spark.sql(f"ALTER TABLE {table} ADD COLUMN weight DOUBLE")
    readers.see([[1, "a", None]])
    duckdb.call("append", table=table, rows=[[2, "b", 2.5]])
    spark.call("append", table=table, rows=[[3, "c", 3.5]])
    pyiceberg.call("append", table=table, rows=[[4, "d", 4.5]])
    readers.see([[1, "a", None], [2, "b", 2.5], [3, "c", 3.5], [4, "d", 4.5]])
    duckdb.sql(f"ALTER TABLE firn.{table} RENAME TO renamed")
    readers.table = table.replace(".t", ".renamed")
    readers.see([[1, "a", None], [2, "b", 2.5], [3, "c", 3.5], [4, "d", 4.5]])


def test_tables_made_from_queries(readers, duckdb, duckdb_1_4, spark):
    table = readers.table
    for client, prefix in ((duckdb, "firn."), (duckdb_1_4, "firn."), (spark, "")):
        name = f"{table}_{client.name.replace('-', '_').replace('.', '_')}"
        client.sql(f"CREATE TABLE {prefix}{name} AS SELECT 1 AS id, 'made by {client.name}' AS name")
        Readers(name, *readers.clients).see([[1, f"made by {client.name}"]])


def test_format_version_3(namespace, duckdb, pyiceberg, spark):
    table = f"{namespace}.t"
    readers = Readers(table, duckdb, pyiceberg, spark)
    spark.sql(f"CREATE TABLE {table} (id BIGINT, name STRING) TBLPROPERTIES ('format-version'='3', {MERGE_ON_READ})")
    spark.call("append", table=table, rows=[[id, "a"] for id in range(6)])
    readers.see([[id, "a"] for id in range(6)])
    spark.sql(f"DELETE FROM {table} WHERE id = 1")
    readers.see([[id, "a"] for id in range(6) if id != 1])
    duckdb.sql(f"DELETE FROM firn.{table} WHERE id = 2")
    readers.see([[id, "a"] for id in range(6) if id not in (1, 2)])
    spark.sql(f"DELETE FROM {table} WHERE id = 3")
    duckdb.call("append", table=table, rows=[[9, "b"]])
    rows = [[0, "a"], [4, "a"], [5, "a"], [9, "b"]]
    readers.see(rows)
    lineage = f"SELECT _row_id, id FROM {{}}{table} ORDER BY id"
    assert [[row, id] for row, id in duckdb.sql(lineage.format("firn."))] == spark.sql(lineage.format(""))
    spark.sql(f"CALL firn.system.rewrite_data_files(table => '{table}', options => map('rewrite-all', 'true'))")
    readers.see(rows)


def test_transaction_of_duckdb_over_two_tables_is_seen_whole_by_the_others(namespace, duckdb, pyiceberg, spark):
    a, b = f"{namespace}.a", f"{namespace}.b"
    for table in (a, b):
        duckdb.sql(f"CREATE TABLE firn.{table} (id BIGINT)")
    duckdb.sql("BEGIN")
    for table in (a, b):
        duckdb.sql(f"INSERT INTO firn.{table} VALUES (1)")
    for table in (a, b):
        Readers(table, pyiceberg, spark).see([])
    duckdb.sql("COMMIT")
    for table in (a, b):
        Readers(table, pyiceberg, spark, duckdb).see([[1]])


def test_view_made_by_spark_is_listed_by_pyiceberg(namespace, pyiceberg, spark):
    spark.sql(f"CREATE VIEW {namespace}.v AS SELECT 1 AS one")
    assert spark.sql(f"SELECT * FROM {namespace}.v") == [[1]]
    assert pyiceberg.call("views", namespace=namespace) == ["v"]
