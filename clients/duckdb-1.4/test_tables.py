import duckdb
import example
import pytest


def test_create_insert_read_and_drop(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, name VARCHAR)")
    sql("INSERT INTO {s}.t VALUES (1, 'a'), (2, 'b')")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(1, "a"), (2, "b")]
    sql("DROP TABLE {s}.t")
    with pytest.raises(duckdb.Error, match="does not exist"):
        sql.another()("FROM {s}.t")
    sql("DROP SCHEMA {s}")


def test_create_table_as(sql):
    sql("CREATE TABLE {s}.t AS SELECT range AS id, 'row ' || range AS name FROM range(3)")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(0, "row 0"), (1, "row 1"), (2, "row 2")]


def test_update_and_delete(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, name VARCHAR)")
    sql("INSERT INTO {s}.t VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    sql("UPDATE {s}.t SET name = 'B' WHERE id = 2")
    sql("DELETE FROM {s}.t WHERE id = 1")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(2, "B"), (3, "c")]


def test_time_travel_by_snapshot_and_timestamp(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")
    for id in (1, 2, 3):
        sql(f"INSERT INTO {{s}}.t VALUES ({id})")
    other = sql.another()
    for count, (snapshot, timestamp) in enumerate(sql.snapshots("t"), start=1):
        assert other(f"SELECT count(*) FROM {{s}}.t AT (VERSION => {snapshot})") == [(count,)]
        assert other(f"SELECT count(*) FROM {{s}}.t AT (TIMESTAMP => TIMESTAMP '{timestamp}')") == [(count,)]
    assert count == 3


def test_transaction_over_two_tables(sql):
    sql("CREATE TABLE {s}.a (id INTEGER)")
    sql("CREATE TABLE {s}.b (id INTEGER)")
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (1)")
    sql("INSERT INTO {s}.b VALUES (2)")
    assert sql.another()("FROM {s}.a UNION ALL FROM {s}.b") == []
    sql("COMMIT")
    assert sql.another()("FROM {s}.a UNION ALL FROM {s}.b") == [(1,), (2,)]
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (10)")
    sql("ROLLBACK")
    assert sql.another()("FROM {s}.a") == [(1,)]


def test_attach_with_the_name_of_the_catalog(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")
    sql("INSERT INTO {s}.t VALUES (1)")
    sql(f"ATTACH 'main' AS by_name (TYPE iceberg, ENDPOINT '{example.URI}', AUTHORIZATION_TYPE 'none')")
    assert sql(f"FROM by_name.{sql.schema}.t") == [(1,)]
