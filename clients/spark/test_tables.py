import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import example
import pytest
from pyspark.errors import AnalysisException

MERGE_ON_READ = (
    "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read', 'write.merge.mode'='merge-on-read'"
)


def test_namespaces(sql):
    sql("CREATE NAMESPACE {n}.a")
    sql("CREATE NAMESPACE {n}.a.b WITH PROPERTIES ('keeper' = 'ada')")
    assert [name.split(".")[-1] for (name,) in sql("SHOW NAMESPACES IN {n}.a")] == ["b"]
    sql("ALTER NAMESPACE {n}.a.b SET PROPERTIES ('colour' = 'white')")
    described = str(sql("DESCRIBE NAMESPACE EXTENDED {n}.a.b"))
    assert "(keeper,ada)" in described
    assert "(colour,white)" in described
    sql("CREATE TABLE {n}.a.b.t (id INT)")
    assert [row[1] for row in sql("SHOW TABLES IN {n}.a.b")] == ["t"]
    with pytest.raises(Exception, match="(?i)not empty"):
        sql("DROP NAMESPACE {n}.a.b")
    sql("DROP TABLE {n}.a.b.t")
    sql("DROP NAMESPACE {n}.a.b")
    assert sql("SHOW NAMESPACES IN {n}.a") == []


def test_create_insert_read_and_drop(sql):
    sql("CREATE TABLE {n}.t (id BIGINT NOT NULL, name STRING)")
    sql("INSERT INTO {n}.t VALUES (1, 'a'), (2, 'b')")
    assert sql("SELECT * FROM {n}.t") == [(1, "a"), (2, "b")]
    with pytest.raises(AnalysisException, match="ALREADY_EXISTS"):
        sql("CREATE TABLE {n}.t (id BIGINT)")
    sql("DROP TABLE {n}.t PURGE")
    with pytest.raises(AnalysisException, match="NOT_FOUND"):
        sql("SELECT * FROM {n}.t")


def dropped(namespace):
    with urllib.request.urlopen(f"{example.URI}/api/v1/catalogs/main/dropped") as answer:
        return [d for d in json.load(answer)["dropped"] if d["namespace"] == [namespace]]


def undrop(namespace, name):
    request = urllib.request.Request(
        f"{example.URI}/api/v1/catalogs/main/undrop",
        json.dumps({"namespace": [namespace], "name": name}).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).close()


def test_the_server_purges_and_until_then_the_table_comes_back(sql):
    namespace = sql.namespace.removeprefix("firn.")
    sql("CREATE TABLE {n}.t AS SELECT id FROM range(3)")
    sql("DROP TABLE {n}.t PURGE")
    [drop] = dropped(namespace)
    assert drop.get("until") is not None
    undrop(namespace, "t")
    assert sql("SELECT * FROM {n}.t") == [(0,), (1,), (2,)]


def test_create_and_replace_table_as(sql):
    sql("CREATE TABLE {n}.t AS SELECT id, 'a' AS name FROM range(3)")
    assert sql("SELECT * FROM {n}.t") == [(0, "a"), (1, "a"), (2, "a")]
    [(before, _)] = sql.snapshots("t")
    sql("REPLACE TABLE {n}.t PARTITIONED BY (id) AS SELECT id FROM range(2)")
    assert sql("SELECT * FROM {n}.t") == [(0,), (1,)]
    # The table was replaced, not dropped: its past is still there.
    assert len(sql(f"SELECT * FROM {{n}}.t VERSION AS OF {before}")) == 3
    sql("CREATE OR REPLACE TABLE {n}.t AS SELECT 7 AS seven")
    assert sql("SELECT * FROM {n}.t") == [(7,)]
    sql("CREATE OR REPLACE TABLE {n}.u AS SELECT 8 AS eight")
    assert sql("SELECT * FROM {n}.u") == [(8,)]


@pytest.mark.parametrize("mode", ["copy-on-write", "merge-on-read"])
def test_insert_overwrite_update_delete_and_merge(sql, mode):
    sql("CREATE TABLE {n}.t (id INT, name STRING) TBLPROPERTIES (" + MERGE_ON_READ.replace("merge-on-read", mode) + ")")
    sql("INSERT INTO {n}.t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')")
    sql("UPDATE {n}.t SET name = 'B' WHERE id = 2")
    sql("DELETE FROM {n}.t WHERE id = 1")
    assert sql("SELECT * FROM {n}.t") == [(2, "B"), (3, "c"), (4, "d")]
    sql("""
        MERGE INTO {n}.t USING (SELECT * FROM VALUES (2, 'x'), (3, NULL), (9, 'n') AS v(id, name)) s ON t.id = s.id
        WHEN MATCHED AND s.name IS NULL THEN DELETE
        WHEN MATCHED THEN UPDATE SET name = s.name
        WHEN NOT MATCHED THEN INSERT *
    """)
    assert sql("SELECT * FROM {n}.t") == [(2, "x"), (4, "d"), (9, "n")]
    assert (len(sql("SELECT * FROM {n}.t.delete_files")) > 0) == (mode == "merge-on-read")
    sql("INSERT OVERWRITE {n}.t VALUES (5, 'e')")
    assert sql("SELECT * FROM {n}.t") == [(5, "e")]
    sql("TRUNCATE TABLE {n}.t")
    assert sql("SELECT * FROM {n}.t") == []


def test_time_travel_by_version_and_timestamp(sql):
    sql("CREATE TABLE {n}.t (id INT)")
    for id in (1, 2, 3):
        sql(f"INSERT INTO {{n}}.t VALUES ({id})")
    for count, (snapshot, timestamp) in enumerate(sql.snapshots("t"), start=1):
        assert sql(f"SELECT count(*) FROM {{n}}.t VERSION AS OF {snapshot}") == [(count,)]
        # collect() gives the driver's local time, and a zoned literal needs to know that
        moment = timestamp.astimezone().isoformat()
        assert sql(f"SELECT count(*) FROM {{n}}.t TIMESTAMP AS OF '{moment}'") == [(count,)]
    assert count == 3


def test_schema_evolution(sql):
    sql("CREATE TABLE {n}.t (id INT, name STRING, gone INT, point STRUCT<x: INT>)")
    sql("INSERT INTO {n}.t VALUES (1, 'a', 0, named_struct('x', 1))")
    sql("ALTER TABLE {n}.t ADD COLUMNS (weight DOUBLE AFTER id, point.y INT)")
    sql("ALTER TABLE {n}.t RENAME COLUMN name TO label")
    sql("ALTER TABLE {n}.t DROP COLUMN gone")
    sql("ALTER TABLE {n}.t ALTER COLUMN id TYPE BIGINT")
    sql("ALTER TABLE {n}.t ALTER COLUMN label COMMENT 'what it is called'")
    sql("INSERT INTO {n}.t VALUES (5000000000, 2.5, 'b', named_struct('x', 1, 'y', 2))")
    assert sql("SELECT id, weight, label, point.y FROM {n}.t") == [(1, None, "a", None), (5000000000, 2.5, "b", 2)]


def test_partition_evolution_and_write_order(sql):
    sql("CREATE TABLE {n}.t (id INT, day DATE) PARTITIONED BY (months(day))")
    sql("INSERT INTO {n}.t VALUES (1, DATE '2026-01-05'), (2, DATE '2026-02-05')")
    sql("ALTER TABLE {n}.t ADD PARTITION FIELD bucket(2, id)")
    sql("ALTER TABLE {n}.t REPLACE PARTITION FIELD day_month WITH days(day)")
    sql("ALTER TABLE {n}.t WRITE ORDERED BY id DESC")
    sql("INSERT INTO {n}.t VALUES (3, DATE '2026-02-05'), (4, DATE '2026-02-06')")
    assert sql("SELECT DISTINCT spec_id FROM {n}.t.files") == [(0,), (2,)]
    assert [row[0] for row in sql("SELECT id FROM {n}.t WHERE day >= DATE '2026-02-01'")] == [2, 3, 4]


def test_properties(sql):
    sql("CREATE TABLE {n}.t (id INT) TBLPROPERTIES ('a' = '1')")
    sql("ALTER TABLE {n}.t SET TBLPROPERTIES ('b' = '2')")
    sql("ALTER TABLE {n}.t UNSET TBLPROPERTIES ('a')")
    properties = dict(sql("SHOW TBLPROPERTIES {n}.t"))
    assert properties["b"] == "2"
    assert "a" not in properties


def test_rename(sql):
    sql("CREATE NAMESPACE {n}.other")
    sql("CREATE TABLE {n}.t AS SELECT 1 AS id")
    sql("ALTER TABLE {n}.t RENAME TO " + sql.namespace.removeprefix("firn.") + ".other.moved")
    assert sql("SELECT * FROM {n}.other.moved") == [(1,)]
    with pytest.raises(AnalysisException, match="NOT_FOUND"):
        sql("SELECT * FROM {n}.t")


def test_branches_and_tags(sql):
    sql("CREATE TABLE {n}.t (id INT)")
    sql("INSERT INTO {n}.t VALUES (1)")
    sql("ALTER TABLE {n}.t CREATE TAG v1 RETAIN 365 DAYS")
    sql("ALTER TABLE {n}.t CREATE BRANCH draft")
    sql("INSERT INTO {n}.t.branch_draft VALUES (2)")
    sql("INSERT INTO {n}.t VALUES (3)")
    assert sql("SELECT * FROM {n}.t VERSION AS OF 'draft'") == [(1,), (2,)]
    assert sql("SELECT * FROM {n}.t VERSION AS OF 'v1'") == [(1,)]
    assert sql("SELECT * FROM {n}.t") == [(1,), (3,)]
    assert [name for name, *_ in sql("SELECT name FROM {n}.t.refs")] == ["draft", "main", "v1"]
    sql("ALTER TABLE {n}.t DROP TAG v1")
    sql("ALTER TABLE {n}.t DROP BRANCH draft")
    assert sql("SELECT name FROM {n}.t.refs") == [("main",)]


def test_write_audit_publish(sql):
    sql("CREATE TABLE {n}.t (id INT) TBLPROPERTIES ('write.wap.enabled' = 'true')")
    sql("INSERT INTO {n}.t VALUES (1)")
    sql("ALTER TABLE {n}.t CREATE BRANCH audit")
    sql.spark.conf.set("spark.wap.branch", "audit")
    try:
        sql("INSERT INTO {n}.t VALUES (2)")
        assert sql("SELECT * FROM {n}.t") == [(1,), (2,)]
    finally:
        sql.spark.conf.unset("spark.wap.branch")
    assert sql("SELECT * FROM {n}.t") == [(1,)]
    sql("CALL firn.system.fast_forward('{n}.t', 'main', 'audit')")
    assert sql("SELECT * FROM {n}.t") == [(1,), (2,)]


def test_write_audit_publish_with_a_staged_snapshot(sql):
    sql("CREATE TABLE {n}.t (id INT) TBLPROPERTIES ('write.wap.enabled' = 'true')")
    sql("INSERT INTO {n}.t VALUES (1)")
    sql.spark.conf.set("spark.wap.id", "night-1")
    try:
        sql("INSERT INTO {n}.t VALUES (2)")
    finally:
        sql.spark.conf.unset("spark.wap.id")
    assert sql("SELECT * FROM {n}.t") == [(1,)]
    sql("CALL firn.system.publish_changes('{n}.t', 'night-1')")
    assert sql("SELECT * FROM {n}.t") == [(1,), (2,)]


def test_views(sql):
    sql("CREATE TABLE {n}.t AS SELECT id FROM range(5)")
    sql("CREATE VIEW {n}.v AS SELECT id FROM {n}.t WHERE id > 2")
    assert sql("SELECT * FROM {n}.v") == [(3,), (4,)]
    assert views(sql) == ["v"]
    sql("CREATE OR REPLACE VIEW {n}.v (big) COMMENT 'few' AS SELECT id FROM {n}.t WHERE id > 3")
    assert sql("SELECT big FROM {n}.v") == [(4,)]
    sql("ALTER VIEW {n}.v SET TBLPROPERTIES ('colour' = 'white')")
    assert dict(sql("SHOW TBLPROPERTIES {n}.v"))["colour"] == "white"
    sql("ALTER VIEW {n}.v RENAME TO {n}.w")
    assert sql("SELECT * FROM {n}.w") == [(4,)]
    with pytest.raises(AnalysisException, match="ALREADY_EXISTS"):
        sql("CREATE VIEW {n}.t AS SELECT 1 AS one")
    sql("DROP VIEW {n}.w")
    assert views(sql) == []


def views(sql):
    """Without those that live in the session only."""
    return [name for _, name, temporary in sql("SHOW VIEWS IN {n}") if not temporary]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_format_versions_and_their_upgrade(sql, version):
    sql(f"CREATE TABLE {{n}}.t (id INT) TBLPROPERTIES ('format-version' = '{version}')")
    sql("INSERT INTO {n}.t VALUES (1)")
    if version < 3:
        sql(f"ALTER TABLE {{n}}.t SET TBLPROPERTIES ('format-version' = '{version + 1}')")
    sql("INSERT INTO {n}.t VALUES (2)")
    assert sql("SELECT * FROM {n}.t") == [(1,), (2,)]
    assert dict(sql("SHOW TBLPROPERTIES {n}.t"))["format-version"] == str(min(version + 1, 3))


def test_version_3_deletion_vectors_and_row_lineage(sql):
    sql(f"CREATE TABLE {{n}}.t (id INT, name STRING) TBLPROPERTIES ('format-version'='3', {MERGE_ON_READ})")
    sql("INSERT INTO {n}.t SELECT id, 'a' FROM range(0, 10, 1, 1)")
    sql("DELETE FROM {n}.t WHERE id = 3")
    sql("DELETE FROM {n}.t WHERE id = 4")
    assert sql("SELECT file_format, record_count FROM {n}.t.delete_files") == [("PUFFIN", 2)]
    before = dict(sql("SELECT id, _row_id FROM {n}.t"))
    assert sorted(before.values()) == [0, 1, 2, 5, 6, 7, 8, 9]
    sql("UPDATE {n}.t SET name = 'b' WHERE id = 5")
    after = sql("SELECT id, _row_id, _last_updated_sequence_number FROM {n}.t")
    assert {id: row for id, row, _ in after} == before
    assert {id for id, _, sequence in after if sequence > 1} == {5}
    # A compaction keeps the identity of every row.
    sql("CALL firn.system.rewrite_data_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    assert sql("SELECT id, _row_id, _last_updated_sequence_number FROM {n}.t") == after


def test_version_3_variant_and_defaults(sql):
    sql("CREATE TABLE {n}.t (id INT, v VARIANT) TBLPROPERTIES ('format-version' = '3')")
    sql("""INSERT INTO {n}.t SELECT 1, parse_json('{"a": {"b": 7}}')""")
    sql("INSERT INTO {n}.t SELECT 2, parse_json('[1, 2]')")
    assert sql("SELECT id, variant_get(v, '$.a.b', 'int'), to_json(v) FROM {n}.t") == [
        (1, 7, '{"a":{"b":7}}'),
        (2, None, "[1,2]"),
    ]


def test_concurrent_appends_are_all_there(sql):
    # Spark gives an append up after four attempts that came too late; on a slow machine four writers can bring that about.
    sql("CREATE TABLE {n}.t (id INT) TBLPROPERTIES ('commit.retry.num-retries' = '20')")

    def write(writer):
        for id in range(writer * 4, writer * 4 + 4):
            sql(f"INSERT INTO {{n}}.t VALUES ({id})")

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert sql("SELECT * FROM {n}.t") == [(id,) for id in range(16)]
    assert len(sql.snapshots("t")) == 16


def test_metadata_tables(sql):
    sql("CREATE TABLE {n}.t (id INT)")
    sql("INSERT INTO {n}.t VALUES (1)")
    sql("INSERT INTO {n}.t VALUES (2)")
    assert len(sql("SELECT * FROM {n}.t.history")) == 2
    assert len(sql("SELECT * FROM {n}.t.files")) == 2
    assert len(sql("SELECT * FROM {n}.t.manifests")) == 2
    # The table was created, and then written to twice.
    assert len(sql("SELECT file FROM {n}.t.metadata_log_entries")) == 3
