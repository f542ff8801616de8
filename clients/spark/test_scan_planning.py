"""Spark reads and writes the same when the server plans its scans (scan-planning-mode=server) as when it plans them itself."""

import uuid

import example
import pytest
from recorder import Recorder

MERGE_ON_READ = (
    "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read', 'write.merge.mode'='merge-on-read'"
)


@pytest.fixture
def recorder():
    with Recorder(example.URI) as recorder:
        yield recorder


@pytest.fixture
def planned(spark, recorder):
    """The name of a catalog for which the server plans."""
    name = f"planned_{uuid.uuid4().hex[:12]}"
    spark.conf.set(f"spark.sql.catalog.{name}", "org.apache.iceberg.spark.SparkCatalog")
    for key, value in {
        "type": "rest",
        "uri": recorder.uri,
        "cache-enabled": "false",
        "scan-planning-mode": "server",
    }.items():
        spark.conf.set(f"spark.sql.catalog.{name}.{key}", value)
    return name


# Position delete files in version 2, deletion vectors in version 3.
@pytest.mark.parametrize("version", [2, 3])
def test_the_same_rows(sql, planned, recorder, version):
    properties = f"'format-version'='{version}', {MERGE_ON_READ}"
    sql(f"CREATE TABLE {{n}}.t (id BIGINT, kind STRING, day DATE, x DOUBLE) PARTITIONED BY (kind) TBLPROPERTIES ({properties})")
    values = "date_add(DATE '2026-01-01', cast(id AS INT)), if(id % 5 = 0, double('NaN'), id / 2)"
    sql(f"INSERT INTO {{n}}.t SELECT id, if(id % 7 = 0, NULL, concat('k', id % 3)), {values} FROM range(0, 60, 1, 1)")
    [(first, _)] = sql.snapshots("t")
    sql("ALTER TABLE {n}.t ADD PARTITION FIELD months(day)")
    sql(f"INSERT INTO {{n}}.t SELECT id, concat('k', id % 3), {values} FROM range(60, 90, 1, 1)")
    sql("DELETE FROM {n}.t WHERE id % 10 = 3")
    sql("ALTER TABLE {n}.t RENAME COLUMN x TO y")
    sql(f"ALTER TABLE {{n}}.t CREATE TAG first AS OF VERSION {first}")
    sql("ALTER TABLE {n}.t CREATE BRANCH side")
    sql("INSERT INTO {n}.t.branch_side VALUES (1000, 'k1', DATE '2026-01-01', 1.0)")
    mirror = sql.namespace.replace("firn.", f"{planned}.", 1)

    for query in (
        "SELECT * FROM {n}.t",
        "SELECT id FROM {n}.t WHERE id > 70",
        "SELECT id, y FROM {n}.t WHERE kind = 'k1' AND day < DATE '2026-02-01'",
        "SELECT * FROM {n}.t WHERE kind IS NULL OR isnan(y)",
        "SELECT * FROM {n}.t WHERE kind IN ('k1', 'k2') AND NOT id = 4",
        "SELECT id FROM {n}.t WHERE kind LIKE 'k1%' AND firn.system.bucket(4, id) = 1",
        "SELECT kind, count(*), max(id) FROM {n}.t GROUP BY kind",
        f"SELECT id, kind FROM {{n}}.t VERSION AS OF {first}",
        "SELECT id FROM {n}.t VERSION AS OF 'first' WHERE id < 20",
        "SELECT id FROM {n}.t VERSION AS OF 'side' WHERE id > 80",
    ):
        asked = recorder.count("POST", "/plan")
        expected = [str(row) for row in sql(query)]
        # A number that is none equals nothing, itself neither: rows are compared as text.
        assert [str(row) for row in sql(query.replace("{n}", mirror))] == expected, query
        assert expected, query
        assert recorder.count("POST", "/plan") > asked, query
    # The answers of this server are short, so that there is more to fetch.
    assert recorder.count("POST", "/tasks") > 0

    # Writes find what they change with a scan.
    asked = recorder.count("POST", "/plan")
    sql(f"UPDATE {mirror}.t SET y = 0 WHERE id = 11")
    sql(f"DELETE FROM {mirror}.t WHERE id = 12")
    sql(f"MERGE INTO {mirror}.t t USING (SELECT 14L AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET kind = 'merged'")
    assert recorder.count("POST", "/plan") >= asked + 3
    assert sql("SELECT id, kind, y FROM {n}.t WHERE id > 9 AND id < 15") == [
        (10, "k1", pytest.approx(float("nan"), nan_ok=True)),
        (11, "k2", 0.0),
        (14, "merged", 7.0),
    ]
