import datetime
import json
import pathlib
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import example
import pyarrow as pa
import pytest
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, NoSuchViewError
from pyiceberg.expressions import EqualTo
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, MonthTransform
from pyiceberg.types import DateType, IntegerType, LongType, NestedField, StringType
from pyiceberg.view.metadata import SQLViewRepresentation, ViewVersion

SCHEMA = pa.schema([("id", pa.int64()), ("name", pa.string())])


@pytest.fixture
def name(namespace):
    return f"{namespace}.t"


@pytest.fixture
def table(catalog, name):
    return catalog.create_table(name, SCHEMA)


def rows(*pairs):
    return pa.table([[id for id, _ in pairs], [text for _, text in pairs]], schema=SCHEMA)


def read(table_name, **scan):
    """What somebody else sees."""
    found = example.connect().load_table(table_name).scan(**scan).to_arrow().to_pylist()
    return sorted(tuple(row.values()) for row in found)


def folder(location):
    return pathlib.Path(urllib.request.url2pathname(urllib.parse.urlparse(location).path))


def test_append_overwrite_and_delete(table, name):
    table.append(rows((1, "a"), (2, "b"), (3, "c")))
    assert read(name) == [(1, "a"), (2, "b"), (3, "c")]
    table.overwrite(rows((2, "B")), overwrite_filter=EqualTo("id", 2))
    assert read(name) == [(1, "a"), (2, "B"), (3, "c")]
    table.delete("id >= 3")
    assert read(name) == [(1, "a"), (2, "B")]
    table.overwrite(rows((9, "z")))
    assert read(name) == [(9, "z")]


def test_upsert(table, name):
    table.append(rows((1, "a"), (2, "b")))
    result = table.upsert(rows((2, "B"), (3, "c")), join_cols=["id"])
    assert (result.rows_updated, result.rows_inserted) == (1, 1)
    assert read(name) == [(1, "a"), (2, "B"), (3, "c")]


def test_time_travel_by_snapshot_and_timestamp(table, name):
    for id in (1, 2, 3):
        table.append(rows((id, "x")))
    for count, snapshot in enumerate(table.metadata.snapshots, start=1):
        assert len(read(name, snapshot_id=snapshot.snapshot_id)) == count
        then = table.snapshot_as_of_timestamp(snapshot.timestamp_ms)
        assert then.snapshot_id == snapshot.snapshot_id
    assert count == 3
    assert [entry.snapshot_id for entry in table.history()] == [s.snapshot_id for s in table.metadata.snapshots]


def test_schema_evolution(table, name):
    table.append(rows((1, "a")))
    with table.update_schema() as update:
        update.add_column("weight", IntegerType())
        update.rename_column("name", "label")
    with table.update_schema() as update:
        update.update_column("weight", LongType())
        update.move_first("label")
    table.append(pa.table({"label": ["b"], "id": [2], "weight": [5_000_000_000]}))
    assert read(name) == [("a", 1, None), ("b", 2, 5_000_000_000)]
    with table.update_schema(allow_incompatible_changes=True) as update:
        update.delete_column("weight")
    assert read(name) == [("a", 1), ("b", 2)]
    with table.update_schema() as update:
        update.union_by_name(pa.schema([("id", pa.int64()), ("label", pa.string()), ("added", pa.string())]))
    assert example.connect().load_table(name).schema().column_names == ["label", "id", "added"]


def test_partition_evolution(catalog, name):
    schema = Schema(NestedField(1, "id", LongType()), NestedField(2, "day", DateType()))
    by_month = PartitionSpec(PartitionField(2, 1000, MonthTransform(), "day_month"))
    table = catalog.create_table(name, schema, partition_spec=by_month)
    january, february = datetime.date(2026, 1, 5), datetime.date(2026, 2, 5)
    table.append(pa.table({"id": [1, 2], "day": [january, february]}))
    with table.update_spec() as update:
        update.add_field("id", BucketTransform(4), "bucket")
        update.remove_field("day_month")
        update.add_field("day", DayTransform())
    table.append(pa.table({"id": [3], "day": [february]}))
    assert [file["spec_id"] for file in table.inspect.files().to_pylist()] == [1, 0, 0]
    assert read(name, row_filter="day >= '2026-02-01'") == [(2, february), (3, february)]
    assert len(list(example.connect().load_table(name).scan("day < '2026-02-01'").plan_files())) == 1


def test_partitions_can_be_overwritten(catalog, name):
    schema = Schema(NestedField(1, "id", LongType()), NestedField(2, "name", StringType()))
    table = catalog.create_table(
        name, schema, partition_spec=PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "name"))
    )
    table.append(rows((1, "a"), (2, "b")))
    table.dynamic_partition_overwrite(rows((3, "b"), (4, "c")))
    assert read(name) == [(1, "a"), (3, "b"), (4, "c")]


def test_sort_order_and_properties(catalog, name):
    schema = Schema(NestedField(1, "id", LongType()))
    table = catalog.create_table(name, schema, sort_order=SortOrder(SortField(1)), properties={"a": "1"})
    with table.transaction() as transaction:
        transaction.set_properties({"b": "2"})
        transaction.remove_properties("a")
    loaded = example.connect().load_table(name)
    assert loaded.properties.get("b") == "2"
    assert "a" not in loaded.properties
    assert [field.source_id for field in loaded.sort_order().fields] == [1]


def test_branches_and_tags(table, name):
    table.append(rows((1, "a")))
    first = table.current_snapshot().snapshot_id
    table.manage_snapshots().create_tag(first, "v1").create_branch(first, "draft").commit()
    table.append(rows((2, "b")), branch="draft")
    table.append(rows((3, "c")))
    loaded = example.connect().load_table(name)
    assert set(loaded.refs()) == {"main", "v1", "draft"}
    assert read(name) == [(1, "a"), (3, "c")]
    assert read(name, snapshot_id=loaded.snapshot_by_name("draft").snapshot_id) == [(1, "a"), (2, "b")]
    assert read(name, snapshot_id=loaded.snapshot_by_name("v1").snapshot_id) == [(1, "a")]
    table.manage_snapshots().remove_tag("v1").remove_branch("draft").commit()
    assert set(example.connect().load_table(name).refs()) == {"main"}


def test_rollback_and_expiry(table, name):
    for id in (1, 2, 3):
        table.append(rows((id, "x")))
    first, second, _ = [snapshot.snapshot_id for snapshot in table.metadata.snapshots]
    table.manage_snapshots().rollback_to_snapshot(second).commit()
    assert read(name) == [(1, "x"), (2, "x")]
    table.maintenance.expire_snapshots().by_id(first).commit()
    assert first not in [s.snapshot_id for s in example.connect().load_table(name).metadata.snapshots]
    assert read(name) == [(1, "x"), (2, "x")]


def test_several_changes_in_one_transaction(table, name):
    with table.transaction() as transaction:
        transaction.append(rows((1, "a"), (2, "b")))
        transaction.delete("id = 1")
        with transaction.update_schema() as update:
            update.add_column("extra", StringType())
        transaction.set_properties(done="yes")
    assert read(name) == [(2, "b", None)]
    assert example.connect().load_table(name).properties["done"] == "yes"


def test_table_that_is_created_with_its_first_rows_in_one_transaction(catalog, name):
    with catalog.create_table_transaction(name, SCHEMA) as transaction:
        transaction.append(rows((1, "a")))
        assert not catalog.table_exists(name)
    assert read(name) == [(1, "a")]


def test_table_that_somebody_else_creates_meanwhile_is_not_overwritten(catalog, name):
    staged = f"{name}2"
    with pytest.raises(CommitFailedException), catalog.create_table_transaction(staged, SCHEMA) as transaction:
        transaction.append(rows((2, "b")))
        example.connect().create_table(staged, SCHEMA).append(rows((1, "a")))
    assert read(staged) == [(1, "a")]


def test_rename(catalog, namespace, table, name):
    table.append(rows((1, "a")))
    catalog.create_namespace((namespace, "inner"))
    catalog.rename_table(name, (namespace, "inner", "moved"))
    assert read((namespace, "inner", "moved")) == [(1, "a")]
    assert not example.connect().table_exists(name)
    catalog.create_table(name, SCHEMA).append(rows((2, "b")))
    assert read((namespace, "inner", "moved")) == [(1, "a")]
    assert read(name) == [(2, "b")]


def test_register_a_dropped_table(catalog, table, name):
    table.append(rows((1, "a")))
    metadata = table.metadata_location
    catalog.drop_table(name)
    with pytest.raises(NoSuchTableError):
        catalog.load_table(name)
    assert folder(metadata).exists()
    catalog.register_table(name, metadata)
    assert read(name) == [(1, "a")]
    catalog.load_table(name).append(rows((2, "b")))
    assert read(name) == [(1, "a"), (2, "b")]


def test_purged_table_is_gone_and_its_name_is_free(catalog, table, name):
    table.append(rows((1, "a")))
    catalog.purge_table(name)
    assert not example.connect().table_exists(name)
    with pytest.raises(NoSuchTableError):
        catalog.purge_table(name)
    again = catalog.create_table(name, SCHEMA)
    again.append(rows((2, "b")))
    # A purge of the old files, whenever it comes, must not reach the new ones.
    assert again.location() != table.location()
    assert read(name) == [(2, "b")]


def deadline(namespace):
    """Until when the last dropped table of a namespace can come back: none if its files stay for good."""
    with urllib.request.urlopen(f"{example.URI}/api/v1/catalogs/main/dropped") as answer:
        dropped = [d for d in json.load(answer)["dropped"] if d["namespace"] == [namespace]]
    return dropped[0].get("until")


def test_files_of_a_dropped_table_stay_and_those_of_a_purged_one_end(catalog, namespace, table, name):
    catalog.drop_table(name)
    assert deadline(namespace) is None
    catalog.create_table(name, SCHEMA)
    catalog.purge_table(name)
    assert deadline(namespace) is not None


def test_view(catalog, namespace, table, name):
    table.append(rows((1, "a")))
    view = f"{namespace}.v"
    version = ViewVersion(
        version_id=1,
        schema_id=0,
        timestamp_ms=1_780_000_000_000,
        summary={},
        representations=[SQLViewRepresentation(type="sql", sql=f"SELECT id FROM {name}", dialect="spark")],
        default_namespace=(namespace,),
    )
    catalog.create_view(view, Schema(NestedField(1, "id", LongType(), required=False)), version)
    other = example.connect()
    assert other.view_exists(view)
    assert other.list_views(namespace) == [(namespace, "v")]
    assert other.list_tables(namespace) == [(namespace, "t")]
    assert other.load_view(view).current_version().representations[0].root.sql == f"SELECT id FROM {name}"
    catalog.drop_view(view)
    assert not other.view_exists(view)
    with pytest.raises(NoSuchViewError):
        catalog.drop_view(view)


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_format_versions(catalog, name, version):
    table = catalog.create_table(name, SCHEMA, properties={"format-version": version})
    assert example.connect().load_table(name).metadata.format_version == int(version)
    assert "format-version" not in table.properties
    if version != "3":
        table.append(rows((1, "a")))
        assert read(name) == [(1, "a")]
    if version == "1":
        with table.transaction() as transaction:
            transaction.upgrade_table_version(2)
        assert example.connect().load_table(name).metadata.format_version == 2


def test_stale_commit_is_refused_and_changes_nothing(catalog, table, name):
    stale = example.connect().load_table(name)
    stale.metadata.properties["commit.retry.num-retries"] = "0"
    with table.update_schema() as update:
        update.add_column("first", StringType())
    with pytest.raises(CommitFailedException), stale.update_schema() as update:
        update.add_column("second", StringType())
    assert example.connect().load_table(name).schema().column_names == ["id", "name", "first"]


def test_concurrent_appends_are_all_there(table, name):
    def write(writer):
        mine = example.connect()
        for id in range(writer * 5, writer * 5 + 5):
            while True:
                try:
                    mine.load_table(name).append(rows((id, f"writer {writer}")))
                    break
                except CommitFailedException:
                    # Losing a race is allowed, losing a row is not.
                    continue

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert [id for id, _ in read(name)] == list(range(20))
    assert len(example.connect().load_table(name).metadata.snapshots) == 20


def test_loading_again_finds_what_others_did(table, name):
    mine = example.connect().load_table(name)
    table.append(rows((1, "a")))
    assert mine.scan().to_arrow().num_rows == 0
    assert mine.refresh().scan().to_arrow().num_rows == 1


def test_a_table_that_was_put_back_goes_on(catalog, table, name):
    table.append(rows((1, "a")))
    then = datetime.datetime.now(datetime.timezone.utc)
    table.overwrite(rows((2, "b"), (3, "c")))
    namespace, _, last = name.rpartition(".")
    body = json.dumps({"namespace": [namespace], "name": last, "at": then.isoformat()}).encode()
    headers = {"Content-Type": "application/json"}
    restore = f"{example.URI}/api/v1/catalogs/main/restore-table"
    urllib.request.urlopen(urllib.request.Request(restore, body, headers)).close()
    restored = catalog.load_table(name)
    assert restored.scan().to_arrow()["id"].to_pylist() == [1]
    restored.append(rows((4, "d")))
    table.refresh().append(rows((5, "e")))
    restored.refresh().delete(EqualTo("id", 1))
    assert sorted(catalog.load_table(name).scan().to_arrow()["id"].to_pylist()) == [4, 5]
