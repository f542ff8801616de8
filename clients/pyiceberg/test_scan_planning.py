"""PyIceberg reads the same when the server plans its scans (scan-planning-mode=server) as when it plans them itself.

What it cannot do yet (0.12), whatever the server: wait for a plan that is made in the background, read an answer with a
null partition value, read tables with equality deletes, and filter a UUID column.
"""

import datetime
import decimal

import example
import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import RESTError
from pyiceberg.expressions import (
    AlwaysFalse,
    And,
    EqualTo,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNaN,
    IsNull,
    LessThan,
    Not,
    NotEqualTo,
    NotIn,
    NotNaN,
    NotNull,
    NotStartsWith,
    Or,
    StartsWith,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, MonthTransform, TruncateTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
)
from recorder import Recorder

SCHEMA = Schema(
    NestedField(1, "id", LongType()),
    NestedField(2, "kind", StringType()),
    NestedField(3, "day", DateType()),
    NestedField(4, "at", TimestampType()),
    NestedField(5, "zoned", TimestamptzType()),
    NestedField(6, "price", DecimalType(9, 2)),
    NestedField(7, "share", DoubleType()),
    NestedField(8, "flag", BooleanType()),
    NestedField(9, "raw", BinaryType()),
    NestedField(10, "code", FixedType(2)),
    NestedField(11, "note", StringType()),
    NestedField(12, "inner", StructType(NestedField(13, "x", IntegerType()))),
    NestedField(14, "dot.ted", LongType()),
)
SPEC = PartitionSpec(
    PartitionField(3, 1000, MonthTransform(), "month"),
    PartitionField(2, 1001, TruncateTransform(1), "initial"),
)


def row(id):
    moment = datetime.datetime(2026, 1, 1) + datetime.timedelta(hours=id)
    return {
        "id": id,
        "kind": "abc"[id % 3] * 3,
        "day": datetime.date(2026, 1, 1) + datetime.timedelta(days=id),
        "at": moment,
        "zoned": moment.replace(tzinfo=datetime.timezone.utc),
        "price": decimal.Decimal(id) / 100,
        "share": float("nan") if id < 20 else id / 2,
        "flag": id % 2 == 0,
        "raw": bytes([id]),
        "code": bytes([0, id]),
        "note": None if id % 7 == 0 else f"n{id}",
        "inner": {"x": id},
        "dot.ted": id,
    }


FILTERS = [
    None,
    AlwaysFalse(),
    EqualTo("id", 5),
    NotEqualTo("id", 5),
    In("id", {5, 6, 70}),
    NotIn("id", {5, 6}),
    IsNull("note"),
    NotNull("note"),
    IsNaN("share"),
    NotNaN("share"),
    StartsWith("kind", "a"),
    NotStartsWith("kind", "aa"),
    LessThan("day", datetime.date(2026, 2, 3)),
    GreaterThanOrEqual("at", "2026-01-03T00:00:00"),
    GreaterThan("zoned", "2026-01-03T00:00:00+00:00"),
    EqualTo("price", decimal.Decimal("0.50")),
    EqualTo("flag", True),
    In("raw", {b"\x07", b"\x08"}),
    EqualTo("code", b"\x00\x07"),
    EqualTo("inner.x", 7),
    EqualTo("dot.ted", 7),
    Or(EqualTo("id", 3), And(GreaterThan("id", 60), Not(EqualTo("kind", "aaa")))),
]


@pytest.fixture
def recorder():
    with Recorder(example.URI) as recorder:
        yield recorder


@pytest.fixture
def planned(recorder):
    return load_catalog("planned", type="rest", uri=recorder.uri, **{"scan-planning-mode": "server"})


@pytest.fixture
def name(catalog, namespace):
    name = (namespace, "t")
    table = catalog.create_table(name, SCHEMA, partition_spec=SPEC)
    arrow = table.schema().as_arrow()
    table.append(pa.Table.from_pylist([row(id) for id in range(40)], schema=arrow))
    with table.update_spec() as update:
        update.remove_field("month")
        update.add_field("id", BucketTransform(2), "bucket")
    table.append(pa.Table.from_pylist([row(id) for id in range(40, 80)], schema=arrow))
    return name


def read(catalog, name, **scan):
    scan = {key: value for key, value in scan.items() if value is not None}
    rows = catalog.load_table(name).scan(**scan).to_arrow().to_pylist()
    # A number that is none equals nothing, itself neither.
    return sorted(str(row) for row in rows)


def test_the_same_rows_with_every_filter(catalog, planned, recorder, name):
    for filter in FILTERS:
        asked = recorder.count("POST", "/plan")
        expected = read(catalog, name, row_filter=filter)
        assert read(planned, name, row_filter=filter) == expected, filter
        assert recorder.count("POST", "/plan") == asked + 1, filter
        assert bool(expected) != isinstance(filter, AlwaysFalse)
    assert recorder.count("POST", "/tasks") > 0


def test_projections_limits_and_times_past(catalog, planned, recorder, name):
    first = catalog.load_table(name).snapshots()[0].snapshot_id
    with catalog.load_table(name).update_schema() as update:
        update.rename_column("note", "remark")
        update.delete_column("share")
    for scan in (
        {"selected_fields": ("id", "inner.x")},
        {"selected_fields": ("ID",), "case_sensitive": False, "row_filter": "KIND = 'aaa'"},
        {"row_filter": "remark IS NULL"},
        {"snapshot_id": first, "row_filter": "id > 30"},
        {"snapshot_id": first, "selected_fields": ("id",)},
    ):
        rows = read(planned, name, **scan)
        assert rows == read(catalog, name, **scan), scan
        assert rows
    assert len(read(planned, name, limit=5)) == 5
    assert recorder.count("POST", "/plan") == 6


def test_what_it_writes(planned, recorder, name):
    table = planned.load_table(name)
    table.delete("id >= 10")
    table.overwrite(pa.Table.from_pylist([row(1)], schema=table.schema().as_arrow()), "id < 5")
    assert sorted(row["id"] for row in table.scan().to_arrow().to_pylist()) == [1, 5, 6, 7, 8, 9]
    assert recorder.count("POST", "/plan") > 0


def test_a_table_without_rows(planned, recorder, catalog, namespace):
    catalog.create_table((namespace, "empty"), SCHEMA)
    assert read(planned, (namespace, "empty")) == []
    assert recorder.count("POST", "/plan") == 1


def test_what_is_wrong_is_said(planned, name):
    with pytest.raises((RESTError, ValueError), match="nobody"):
        planned.load_table(name).scan(row_filter="nobody = 5").plan_files()
