import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import duckdb
import example
import pytest


def test_schema_and_table_are_created_listed_and_dropped(sql):
    sql("CREATE TABLE {s}.t (id INTEGER NOT NULL, name VARCHAR)")
    assert sql.another()("FROM {s}.t") == []
    tables = f"SELECT table_name FROM duckdb_tables() WHERE schema_name = '{sql.schema}'"
    assert sql.another()(tables) == [("t",)]
    with pytest.raises(duckdb.Error, match="not empty"):
        sql("DROP SCHEMA {s}")
    sql("DROP TABLE {s}.t")
    assert sql.another()(tables) == []
    sql("DROP SCHEMA {s}")
    schemas = f"SELECT count(*) FROM information_schema.schemata WHERE schema_name = '{sql.schema}'"
    assert sql.another()(schemas) == [(0,)]


def test_a_table_cannot_be_created_twice(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")
    with pytest.raises(duckdb.Error, match="already exists"):
        sql.another()("CREATE TABLE {s}.t (id INTEGER)")
    sql("CREATE TABLE IF NOT EXISTS {s}.t (id INTEGER)")


def test_create_table_as(sql):
    sql("CREATE TABLE {s}.t AS SELECT range AS id, 'row ' || range AS name FROM range(3)")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(0, "row 0"), (1, "row 1"), (2, "row 2")]
    sql("CREATE TABLE {s}.u AS SELECT count(*) AS n FROM {s}.t")
    assert sql.another()("FROM {s}.u") == [(3,)]


def test_every_type_comes_back(sql):
    sql("""
        CREATE TABLE {s}.t AS SELECT true AS b, 1::INTEGER AS i, 2::BIGINT AS l, 1.5::FLOAT AS f, 2.5::DOUBLE AS d,
            12.34::DECIMAL(9, 2) AS n, DATE '2026-03-01' AS day, TIME '12:34:56' AS t, 'ä\U0001f9ca' AS s,
            TIMESTAMP '2026-03-01 12:34:56.789' AS ts, 'ab'::BLOB AS bin, '9f0c8d3a-2d5c-4f0e-8a76-0f0a4d3f2b1c'::UUID AS u,
            [1, 2] AS list, {'x': 1, 'y': 'z'} AS struct, MAP {'k': 1} AS map, NULL::VARCHAR AS nothing
    """)
    columns = "b, i, l, f, d, n, day, t, s, ts, bin, u::VARCHAR, list, struct, map, nothing"
    assert sql.another()(f"SELECT {columns} FROM {{s}}.t") == sql(f"SELECT {columns} FROM {{s}}.t")
    assert sql.another()("SELECT i, n::VARCHAR, s, list, struct, map, nothing FROM {s}.t") == [
        (1, "12.34", "ä\U0001f9ca", [1, 2], {"x": 1, "y": "z"}, {"k": 1}, None)
    ]


def test_insert_update_delete(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, name VARCHAR)")
    sql("INSERT INTO {s}.t VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    sql("UPDATE {s}.t SET name = 'B' WHERE id = 2")
    sql("DELETE FROM {s}.t WHERE id = 1")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(2, "B"), (3, "c")]
    sql("TRUNCATE {s}.t")
    assert sql.another()("FROM {s}.t") == []


def test_merge(sql):
    sql("CREATE TABLE {s}.t AS SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c')) v(id, name)")
    sql("""
        MERGE INTO {s}.t USING (VALUES (1, 'A'), (9, 'n')) AS s(id, name) ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET name = s.name
        WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.name)
    """)
    assert sql.another()("FROM {s}.t ORDER BY id") == [(1, "A"), (2, "b"), (3, "c"), (9, "n")]
    sql("MERGE INTO {s}.t USING (VALUES (2), (3)) AS s(id) ON t.id = s.id WHEN MATCHED THEN DELETE")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(1, "A"), (9, "n")]


def test_time_travel_by_snapshot_and_timestamp(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")
    for id in (1, 2, 3):
        sql(f"INSERT INTO {{s}}.t VALUES ({id})")
    other = sql.another()
    for count, (snapshot, timestamp) in enumerate(sql.snapshots("t"), start=1):
        assert other(f"SELECT count(*) FROM {{s}}.t AT (VERSION => {snapshot})") == [(count,)]
        assert other(f"SELECT count(*) FROM {{s}}.t AT (TIMESTAMP => TIMESTAMP '{timestamp}')") == [(count,)]
    assert count == 3


def test_schema_evolution(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, name VARCHAR, gone INTEGER)")
    sql("INSERT INTO {s}.t VALUES (1, 'a', 0)")
    sql("ALTER TABLE {s}.t ADD COLUMN weight DOUBLE")
    sql("ALTER TABLE {s}.t RENAME COLUMN name TO label")
    sql("ALTER TABLE {s}.t DROP COLUMN gone")
    sql("ALTER TABLE {s}.t ALTER COLUMN id TYPE BIGINT")
    sql("INSERT INTO {s}.t VALUES (5000000000, 'b', 2.5)")
    other = sql.another()
    assert [row[:2] for row in other("DESCRIBE {s}.t")] == [("id", "BIGINT"), ("label", "VARCHAR"), ("weight", "DOUBLE")]
    assert other("FROM {s}.t ORDER BY id") == [(1, "a", None), (5000000000, "b", 2.5)]


def test_rename_table(sql):
    sql("CREATE TABLE {s}.t AS SELECT 1 AS id")
    sql("ALTER TABLE {s}.t RENAME TO renamed")
    other = sql.another()
    assert other("FROM {s}.renamed") == [(1,)]
    with pytest.raises(duckdb.Error, match="does not exist"):
        other("FROM {s}.t")


def test_partitions_and_their_evolution(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, day DATE) PARTITIONED BY (month(day))")
    sql("INSERT INTO {s}.t VALUES (1, '2026-01-05'), (2, '2026-02-05'), (3, '2026-02-06')")
    assert len(sql("FROM iceberg_metadata({s}.t)")) == 2
    sql("ALTER TABLE {s}.t SET PARTITIONED BY (id)")
    sql("INSERT INTO {s}.t VALUES (4, '2026-02-07'), (5, '2026-02-07')")
    other = sql.another()
    assert len(other("FROM iceberg_metadata({s}.t)")) == 4
    assert other("SELECT id FROM {s}.t WHERE day >= '2026-02-06' ORDER BY id") == [(3,), (4,), (5,)]


def test_table_properties(sql):
    sql("CREATE TABLE {s}.t (id INTEGER) WITH ('made.by' = 'a test')")
    sql("CALL set_iceberg_table_properties({s}.t, {'colour': 'white'})")
    properties = dict(sql.another()("FROM iceberg_table_properties({s}.t)"))
    assert (properties["made.by"], properties["colour"]) == ("a test", "white")
    sql("CALL remove_iceberg_table_properties({s}.t, ['colour'])")
    assert "colour" not in dict(sql.another()("FROM iceberg_table_properties({s}.t)"))


def test_format_version_3_has_deletion_vectors_row_lineage_and_variant(sql):
    sql("CREATE TABLE {s}.t (id INTEGER, v VARIANT) WITH ('format-version' = '3')")
    sql("INSERT INTO {s}.t SELECT range, {'n': range}::VARIANT FROM range(4)")
    sql("DELETE FROM {s}.t WHERE id = 1")
    other = sql.another()
    assert other("SELECT _row_id, id, v FROM {s}.t ORDER BY id") == [(0, 0, {"n": 0}), (2, 2, {"n": 2}), (3, 3, {"n": 3})]
    files = other("SELECT content, file_format FROM iceberg_metadata({s}.t)")
    assert sorted(files) == [("EXISTING", "parquet"), ("POSITION_DELETES", "puffin")]
    sql("UPDATE {s}.t SET v = {'n': 7}::VARIANT WHERE id = 3")
    sql("DELETE FROM {s}.t WHERE id = 2")
    assert sql.another()("SELECT id, v FROM {s}.t ORDER BY id") == [(0, {"n": 0}), (3, {"n": 7})]


def test_transaction_over_several_tables_is_seen_whole_after_the_commit(sql):
    for table in "abc":
        sql(f"CREATE TABLE {{s}}.{table} (id INTEGER)")
    sql("INSERT INTO {s}.c VALUES (0)")
    other = sql.another()
    everything = "FROM {s}.a UNION ALL FROM {s}.b UNION ALL FROM {s}.c"
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (1)")
    sql("INSERT INTO {s}.b VALUES (2)")
    sql("DELETE FROM {s}.c")
    assert other(everything) == [(0,)]
    sql("COMMIT")
    assert sorted(sql.another()(everything)) == [(1,), (2,)]


def test_transaction_with_a_new_table(sql):
    sql("CREATE TABLE {s}.a (id INTEGER)")
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (1)")
    sql("CREATE TABLE {s}.b AS SELECT 2 AS id")
    sql("COMMIT")
    assert sql.another()("FROM {s}.a UNION ALL FROM {s}.b") == [(1,), (2,)]


def test_several_changes_of_one_table_in_one_transaction(sql):
    sql("CREATE TABLE {s}.a (id INTEGER)")
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (1), (2)")
    sql("INSERT INTO {s}.a VALUES (3)")
    sql("DELETE FROM {s}.a WHERE id = 2")
    sql("COMMIT")
    assert sql.another()("FROM {s}.a ORDER BY id") == [(1,), (3,)]


def test_rollback_leaves_everything_as_it_was(sql):
    sql("CREATE TABLE {s}.a AS SELECT 1 AS id")
    sql("CREATE TABLE {s}.b AS SELECT 2 AS id")
    sql("BEGIN")
    sql("INSERT INTO {s}.a VALUES (10)")
    sql("DELETE FROM {s}.b")
    sql("CREATE TABLE {s}.c AS SELECT 3 AS id")
    assert sql("FROM {s}.b") == []
    sql("ROLLBACK")
    other = sql.another()
    assert other("FROM {s}.a UNION ALL FROM {s}.b") == [(1,), (2,)]
    with pytest.raises(duckdb.Error, match="does not exist"):
        other("FROM {s}.c")


def test_two_transactions_that_change_the_same_rows_do_not_both_succeed(sql):
    sql("CREATE TABLE {s}.a AS SELECT 1 AS id, 0 AS n")
    sql("CREATE TABLE {s}.b AS SELECT 1 AS id")
    other = sql.another()
    for transaction in (sql, other):
        transaction("BEGIN")
        transaction("UPDATE {s}.a SET n = n + 1")
        transaction("INSERT INTO {s}.b VALUES (2)")
    sql("COMMIT")
    with pytest.raises(duckdb.Error, match="Conflict"):
        other("COMMIT")
    # Neither of the loser's changes is there, also not that of the table nobody disputed.
    assert sql.another()("SELECT n FROM {s}.a") == [(1,)]
    assert sql.another()("SELECT id FROM {s}.b ORDER BY id") == [(1,), (2,)]


def test_concurrent_inserts_are_all_there(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")

    def write(writer):
        mine = sql.another()
        for id in range(writer * 5, writer * 5 + 5):
            while True:
                try:
                    mine(f"INSERT INTO {{s}}.t VALUES ({id})")
                    break
                except duckdb.Error as error:
                    # Losing a race is allowed, losing a row is not.
                    assert "Conflict" in str(error), error

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert sql.another()("FROM {s}.t ORDER BY id") == [(id,) for id in range(20)]


def test_attach_with_the_name_of_the_catalog(sql):
    sql("CREATE TABLE {s}.t (id INTEGER)")
    sql("INSERT INTO {s}.t VALUES (1)")
    sql(f"ATTACH 'main' AS by_name (TYPE iceberg, ENDPOINT '{example.URI}', AUTHORIZATION_TYPE 'none')")
    assert sql(f"FROM by_name.{sql.schema}.t") == [(1,)]


def test_attach_with_an_unknown_name_is_refused(sql):
    with pytest.raises(duckdb.Error, match="nowhere"):
        sql(f"ATTACH 'nowhere' AS unknown (TYPE iceberg, ENDPOINT '{example.URI}', AUTHORIZATION_TYPE 'none')")


def ask(operation, **body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{example.URI}/api/v1/catalogs/main/{operation}", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_dropped_table_comes_back_with_its_rows(sql):
    sql("CREATE TABLE {s}.t AS SELECT range AS id FROM range(3)")
    sql("INSERT INTO {s}.t VALUES (3)")
    sql("DROP TABLE {s}.t")
    with pytest.raises(duckdb.Error, match="does not exist"):
        sql.another()("FROM {s}.t")
    ask("undrop", namespace=[sql.schema], name="t")
    sql.another()("INSERT INTO {s}.t VALUES (4)")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(i,) for i in range(5)]


def deadlines(schema):
    """Until when each dropped table can come back: none if its files stay for good."""
    with urllib.request.urlopen(f"{example.URI}/api/v1/catalogs/main/dropped") as answer:
        return {d["name"]: d.get("until") for d in json.load(answer)["dropped"] if d["namespace"] == [schema]}


def test_files_of_a_dropped_table_stay_unless_the_attachment_asks_for_a_purge(sql):
    sql("CREATE TABLE {s}.stays AS SELECT range AS id FROM range(3)")
    sql("CREATE TABLE {s}.goes AS SELECT range AS id FROM range(3)")
    sql("DROP TABLE {s}.stays")
    purging = "TYPE iceberg, AUTHORIZATION_TYPE 'none', PURGE_REQUESTED true"
    sql(f"ATTACH '' AS purging ({purging}, ENDPOINT '{example.URI}')")
    sql(f"DROP TABLE purging.{sql.schema}.goes")
    until = deadlines(sql.schema)
    assert until["stays"] is None
    assert until["goes"] is not None
    ask("undrop", namespace=[sql.schema], name="goes")
    assert sql.another()("FROM {s}.goes ORDER BY id") == [(0,), (1,), (2,)]


def newest_change():
    after = 0
    while True:
        uri = f"{example.URI}/api/v1/catalogs/main/changes?limit=1000&after={after}"
        with urllib.request.urlopen(uri) as answer:
            page = json.load(answer)
        if not page["changes"]:
            return after
        after = page["next"]


def test_a_table_that_was_put_back_is_read_and_changed(sql):
    sql("CREATE TABLE {s}.t AS SELECT range AS id, 'old' AS note FROM range(4)")
    sql("DELETE FROM {s}.t WHERE id = 0")
    then = newest_change()
    sql("UPDATE {s}.t SET note = 'new' WHERE id = 1")
    sql("DELETE FROM {s}.t WHERE id = 3")
    sql("ALTER TABLE {s}.t ADD COLUMN more INTEGER")
    ask("restore-table", namespace=[sql.schema], name="t", at=f"change:{then}")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(1, "old"), (2, "old"), (3, "old")]
    sql.another()("INSERT INTO {s}.t VALUES (5, 'last')")
    sql.another()("DELETE FROM {s}.t WHERE id IN (1, 2)")
    assert sql.another()("FROM {s}.t ORDER BY id") == [(3, "old"), (5, "last")]
