import pytest
from names import TOGETHER


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


@pytest.mark.parametrize("name", TOGETHER)
def test_namespaces_tables_columns_and_views(sql, name):
    namespace = "{n}." + quoted(name)
    table = f"{namespace}.{quoted(name)}"
    sql(f"CREATE NAMESPACE {namespace}")
    sql(f"CREATE TABLE {table} ({quoted(name)} INT, v STRING)")
    sql(f"INSERT INTO {table} SELECT /*+ COALESCE(1) */ * FROM VALUES (1, 'a'), (2, 'b')")
    assert sql(f"SELECT {quoted(name)}, v FROM {table}") == [(1, "a"), (2, "b")]
    sql(f"CREATE VIEW {namespace}.{quoted(name + ' view')} AS SELECT {quoted(name)} FROM {table} WHERE v = 'a'")
    assert sql(f"SELECT * FROM {namespace}.{quoted(name + ' view')}") == [(1,)]
    assert [row[1] for row in sql(f"SHOW TABLES IN {namespace}") if "view" not in row[1]] == [name]
    # The new name stands without the catalog's.
    inside = sql.namespace.removeprefix("firn.")
    sql(f"ALTER TABLE {table} RENAME TO {inside}.{quoted(name)}.{quoted(name + '2')}")
    assert sql(f"SELECT v FROM {namespace}.{quoted(name + '2')}") == [("a",), ("b",)]
    sql(f"DROP VIEW {namespace}.{quoted(name + ' view')}")
    sql(f"DROP TABLE {namespace}.{quoted(name + '2')}")
    sql(f"DROP NAMESPACE {namespace}")
