import example
import pyarrow as pa
import pytest
from names import NAMES
from pyiceberg.exceptions import (
    NamespaceAlreadyExistsError,
    NamespaceNotEmptyError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType
from pyiceberg.view.metadata import SQLViewRepresentation, ViewVersion

SCHEMA = Schema(NestedField(1, "id", LongType(), required=False))


def test_nested_namespaces(catalog, namespace):
    catalog.create_namespace((namespace, "a"))
    catalog.create_namespace((namespace, "a", "b"), {"owner": "ada"})
    other = example.connect()
    assert other.list_namespaces(namespace) == [(namespace, "a")]
    assert other.list_namespaces((namespace, "a")) == [(namespace, "a", "b")]
    assert other.load_namespace_properties((namespace, "a", "b"))["owner"] == "ada"
    assert (namespace,) in other.list_namespaces()
    catalog.create_table((namespace, "a", "b", "t"), SCHEMA)
    assert other.list_tables((namespace, "a", "b")) == [(namespace, "a", "b", "t")]
    assert other.list_tables((namespace, "a")) == []
    with pytest.raises(NamespaceNotEmptyError):
        catalog.drop_namespace((namespace, "a", "b"))
    catalog.drop_table((namespace, "a", "b", "t"))
    catalog.drop_namespace((namespace, "a", "b"))
    assert not other.namespace_exists((namespace, "a", "b"))
    assert other.namespace_exists((namespace, "a"))


def test_namespace_properties(catalog, namespace):
    catalog.update_namespace_properties(namespace, updates={"a": "1", "b": "2"})
    summary = catalog.update_namespace_properties(namespace, removals={"a", "nothing"}, updates={"c": "3"})
    assert (summary.removed, summary.updated, summary.missing) == (["a"], ["c"], ["nothing"])
    properties = example.connect().load_namespace_properties(namespace)
    assert "a" not in properties
    assert (properties["b"], properties["c"]) == ("2", "3")


def test_errors_have_their_own_kinds(catalog, namespace):
    with pytest.raises(NamespaceAlreadyExistsError):
        catalog.create_namespace(namespace)
    with pytest.raises(NoSuchNamespaceError):
        catalog.load_namespace_properties("nowhere")
    with pytest.raises(NoSuchNamespaceError):
        catalog.drop_namespace("nowhere")
    with pytest.raises(NoSuchNamespaceError):
        catalog.list_tables("nowhere")
    with pytest.raises(NoSuchNamespaceError):
        catalog.create_table("nowhere.t", SCHEMA)
    with pytest.raises(NoSuchTableError):
        catalog.load_table(f"{namespace}.nothing")
    with pytest.raises(NoSuchTableError):
        catalog.drop_table(f"{namespace}.nothing")
    catalog.create_table(f"{namespace}.t", SCHEMA)
    with pytest.raises(TableAlreadyExistsError):
        catalog.create_table(f"{namespace}.t", SCHEMA)
    catalog.create_table(f"{namespace}.u", SCHEMA)
    with pytest.raises(TableAlreadyExistsError):
        catalog.rename_table(f"{namespace}.t", f"{namespace}.u")


def test_many_tables_are_all_listed(catalog, namespace):
    names = {(namespace, f"t{number:03}") for number in range(120)}
    for name in names:
        catalog.create_table(name, SCHEMA)
    assert set(example.connect().list_tables(namespace)) == names


@pytest.mark.parametrize("name", NAMES)
def test_unusual_names(catalog, namespace, name):
    catalog.create_namespace((namespace, name))
    schema = Schema(NestedField(1, name, LongType()), NestedField(2, "v", StringType()))
    table = catalog.create_table((namespace, name, name), schema)
    table.append(pa.table({name: [1, 2], "v": ["a", "b"]}))
    table.delete("v = 'a'")
    other = example.connect()
    assert other.list_namespaces(namespace) == [(namespace, name)]
    assert other.list_tables((namespace, name)) == [(namespace, name, name)]
    assert other.load_table((namespace, name, name)).scan().to_arrow().to_pylist() == [{name: 2, "v": "b"}]
    catalog.rename_table((namespace, name, name), (namespace, name, name + "2"))
    assert other.load_table((namespace, name, name + "2")).scan().to_arrow().to_pylist() == [{name: 2, "v": "b"}]
    catalog.drop_table((namespace, name, name + "2"))
    catalog.drop_namespace((namespace, name))


@pytest.mark.parametrize("name", NAMES)
def test_views_in_namespaces_with_unusual_names(catalog, namespace, name):
    # The view itself has a plain name: PyIceberg 0.12 encodes the names of views for an address where they stand in a
    # body, so that "a b" is made as "a%20b", which it then does not find.
    catalog.create_namespace((namespace, name))
    version = ViewVersion(
        version_id=1,
        schema_id=0,
        timestamp_ms=1_780_000_000_000,
        summary={},
        representations=[SQLViewRepresentation(type="sql", sql="SELECT 1", dialect="spark")],
        default_namespace=(namespace, name),
    )
    catalog.create_view((namespace, name, "v"), Schema(NestedField(1, name, LongType())), version)
    other = example.connect()
    assert other.list_views((namespace, name)) == [(namespace, name, "v")]
    assert other.load_view((namespace, name, "v")).schema().column_names == [name]
    catalog.drop_view((namespace, name, "v"))
    assert other.list_views((namespace, name)) == []
    catalog.drop_namespace((namespace, name))
