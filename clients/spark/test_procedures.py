import datetime
import os
import pathlib
import time
import urllib.parse
import urllib.request

import example
import pytest


@pytest.fixture
def small_files(sql):
    """A table of many small files, some of their rows deleted by position."""
    sql("""
        CREATE TABLE {n}.t (id BIGINT, name STRING)
        TBLPROPERTIES ('format-version'='2', 'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read')
    """)
    for first in range(0, 50, 10):
        sql(f"INSERT INTO {{n}}.t SELECT id, 'a' FROM range({first}, {first + 10}, 1, 1)")
    sql("DELETE FROM {n}.t WHERE id % 10 = 3")
    sql("UPDATE {n}.t SET name = 'b' WHERE id % 10 = 4")
    return sql


def rows(sql):
    return sql("SELECT id, name FROM {n}.t")


EXPECTED = [(id, "b" if id % 10 == 4 else "a") for id in range(50) if id % 10 != 3]


def files_below(sql):
    folder = pathlib.Path(urllib.request.url2pathname(urllib.parse.urlparse(location(sql)).path))
    return {file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")}


def location(sql):
    return next(row[1] for row in sql("DESCRIBE TABLE EXTENDED {n}.t") if row[0] == "Location")


def past_catalog(sql, name):
    """The namespace of the test in a catalog of this name, which shows everything as it is now."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    for key, value in {"": "org.apache.iceberg.spark.SparkCatalog", ".type": "rest", ".uri": example.URI}.items():
        sql.spark.conf.set(f"spark.sql.catalog.{name}{key}", value)
    sql.spark.conf.set(f"spark.sql.catalog.{name}.warehouse", f"main@{now}")
    return sql.namespace.replace("firn.", f"{name}.")


def later(sql):
    """A moment after everything so far, in the words of SQL."""
    [(moment,)] = sql("SELECT date_format(current_timestamp(), 'yyyy-MM-dd HH:mm:ss.SSS')")
    return f"TIMESTAMP '{moment}'"


def test_rewrite_data_files(small_files):
    sql = small_files
    assert rows(sql) == EXPECTED
    [result] = sql("CALL firn.system.rewrite_data_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    assert result[:2] == (6, 1)
    assert len(sql("SELECT * FROM {n}.t.data_files")) == 1
    assert rows(sql) == EXPECTED


def test_rewrite_data_files_sorted(small_files):
    sql = small_files
    sql("""
        CALL firn.system.rewrite_data_files(table => '{n}.t', strategy => 'sort', sort_order => 'id DESC',
            options => map('rewrite-all', 'true'))
    """)
    assert rows(sql) == EXPECTED


def test_rewrite_position_delete_files(small_files):
    sql = small_files
    before = len(sql("SELECT * FROM {n}.t.delete_files"))
    sql("CALL firn.system.rewrite_position_delete_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    assert 0 < len(sql("SELECT * FROM {n}.t.delete_files")) <= before
    assert rows(sql) == EXPECTED
    sql("CALL firn.system.rewrite_data_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    sql("CALL firn.system.rewrite_position_delete_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    assert sql("SELECT * FROM {n}.t.delete_files") == []
    assert rows(sql) == EXPECTED


def test_rewrite_manifests(small_files):
    sql = small_files
    before = len(sql("SELECT * FROM {n}.t.manifests WHERE content = 0"))
    sql("CALL firn.system.rewrite_manifests('{n}.t')")
    assert len(sql("SELECT * FROM {n}.t.manifests WHERE content = 0")) < before
    assert rows(sql) == EXPECTED


def test_expire_snapshots(small_files):
    sql = small_files
    sql("CALL firn.system.rewrite_data_files(table => '{n}.t', options => map('rewrite-all', 'true'))")
    before = files_below(sql)
    [deleted] = sql(f"CALL firn.system.expire_snapshots(table => '{{n}}.t', older_than => {later(sql)}, retain_last => 1)")
    assert deleted[0] == 6
    assert len(sql.snapshots("t")) == 1
    assert len(files_below(sql)) < len(before)
    assert rows(sql) == EXPECTED


def test_rollback_and_set_current_snapshot(small_files):
    sql = small_files
    snapshots = sql.snapshots("t")
    second, last = snapshots[1][0], snapshots[-1][0]
    sql(f"CALL firn.system.rollback_to_snapshot('{{n}}.t', {second})")
    assert len(rows(sql)) == 20
    sql(f"CALL firn.system.set_current_snapshot('{{n}}.t', {last})")
    assert rows(sql) == EXPECTED
    third = snapshots[2][1].astimezone().isoformat()
    sql(f"CALL firn.system.rollback_to_timestamp('{{n}}.t', TIMESTAMP '{third}')")
    assert len(rows(sql)) == 20


def test_cherrypick_snapshot(small_files):
    sql = small_files
    third, fourth = sql.snapshots("t")[2][0], sql.snapshots("t")[3][0]
    sql(f"CALL firn.system.rollback_to_snapshot('{{n}}.t', {third})")
    sql(f"CALL firn.system.cherrypick_snapshot('{{n}}.t', {fourth})")
    assert len(rows(sql)) == 40


def test_remove_orphan_files(small_files):
    sql = small_files
    used = files_below(sql)
    orphan = next(file for file in used if file.suffix == ".parquet").with_name("orphan.parquet")
    orphan.write_bytes(b"nobody knows this file")
    # Young files are never touched, so all of them grow old: the table's own must be told apart by their addresses.
    for file in used | {orphan}:
        os.utime(file, (0, 0))
    removed = sql("CALL firn.system.remove_orphan_files(table => '{n}.t')")
    assert [row[0].split("/")[-1] for row in removed] == ["orphan.parquet"]
    assert files_below(sql) == used
    assert rows(sql) == EXPECTED


def test_remove_orphan_files_leaves_the_past(sql):
    sql("CREATE TABLE {n}.t (id BIGINT) TBLPROPERTIES ('write.metadata.previous-versions-max'='1')")
    sql("INSERT INTO {n}.t VALUES (0)")
    then = past_catalog(sql, "before")
    for id in range(1, 5):
        sql(f"INSERT INTO {{n}}.t VALUES ({id})")
    used = files_below(sql)
    metadata = {file for file in used if file.name.endswith(".metadata.json")}
    # The server of these tests marks within seconds what it else marks after hours.
    deadline = time.monotonic() + 30
    while any(file.stat().st_mtime < time.time() for file in metadata):
        assert time.monotonic() < deadline, "metadata files are not marked to last"
        time.sleep(0.1)
    for file in used - metadata:
        os.utime(file, (0, 0))
    assert len(sql("SELECT * FROM {n}.t.metadata_log_entries")) < len(metadata)
    assert sql("CALL firn.system.remove_orphan_files(table => '{n}.t')") == []
    assert files_below(sql) == used
    assert sql(f"SELECT id FROM {then}.t") == [(0,)]


def test_a_past_catalog_deletes_no_files(small_files):
    sql = small_files
    # What a past catalog does not know is not orphaned: the present table needs it.
    then = past_catalog(sql, "then")
    sql("INSERT INTO {n}.t VALUES (50, 'a')")
    used = files_below(sql)
    for file in used:
        os.utime(file, (0, 0))
    assert sql(f"SELECT id, name FROM {then}.t") == EXPECTED
    for procedure in ("remove_orphan_files", "expire_snapshots"):
        with pytest.raises(Exception, match="GC is disabled"):
            sql(f"CALL then.system.{procedure}(table => '{sql.namespace.removeprefix('firn.')}.t')")
    assert files_below(sql) == used
    assert rows(sql) == [*EXPECTED, (50, "a")]


def test_register_table(small_files):
    sql = small_files
    [(metadata,)] = sql("SELECT file FROM {n}.t.metadata_log_entries ORDER BY timestamp DESC LIMIT 1")
    sql(f"CALL firn.system.register_table('{{n}}.twin', '{metadata}')")
    assert sql("SELECT id, name FROM {n}.twin") == EXPECTED


def test_changelog_view(small_files):
    sql = small_files
    first, second = (snapshot for snapshot, _ in sql.snapshots("t")[:2])
    sql(f"""
        CALL firn.system.create_changelog_view(table => '{{n}}.t', changelog_view => 'changes',
            options => map('start-snapshot-id', '{first}', 'end-snapshot-id', '{second}'))
    """)
    changes = sql.spark.sql("SELECT id, _change_type FROM changes ORDER BY id").collect()
    assert [tuple(change) for change in changes] == [(id, "INSERT") for id in range(10, 20)]


def test_compute_table_stats(small_files):
    sql = small_files
    [(file,)] = sql("CALL firn.system.compute_table_stats('{n}.t')")
    assert file.endswith(".stats")
    assert rows(sql) == EXPECTED
