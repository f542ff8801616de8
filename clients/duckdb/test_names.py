from names import NAMES

# Two names that DuckDB cannot use, whatever the server: it takes a dot in the name of a schema for the border of two
# levels (so ".hidden" has an empty one), and its HTTP library takes a table named "." or ".." for a step in the address.


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def test_tables_and_columns(sql):
    for name in NAMES:
        column, table = quoted(name), "{s}." + quoted(name)
        sql(f"CREATE TABLE {table} ({column} INTEGER, v VARCHAR)")
        sql(f"INSERT INTO {table} VALUES (1, 'a'), (2, 'b')")
        sql(f"UPDATE {table} SET v = 'c' WHERE {column} = 2")
        sql(f"DELETE FROM {table} WHERE {column} = 1")
    other = sql.another()
    assert listed(other) == sorted(NAMES)
    for name in NAMES:
        assert other(f"SELECT {quoted(name)}, v FROM {{s}}.{quoted(name)}") == [(2, "c")], name
        sql(f"ALTER TABLE {{s}}.{quoted(name)} RENAME TO {quoted(name + '2')}")
    other = sql.another()
    for name in NAMES:
        assert other(f"FROM {{s}}.{quoted(name + '2')}") == [(2, "c")], name
        sql(f"DROP TABLE {{s}}.{quoted(name + '2')}")
    assert listed(sql.another()) == []


def listed(sql):
    rows = sql(f"SELECT table_name FROM duckdb_tables() WHERE schema_name = '{sql.schema}'")
    return sorted(name for (name,) in rows)


def test_schemas(sql):
    schemas = {name: f"firn.{quoted(f'{sql.schema} {name}')}" for name in NAMES}
    for name, schema in schemas.items():
        sql(f"CREATE SCHEMA {schema}")
        sql(f"CREATE TABLE {schema}.{quoted(name)} AS SELECT 7 AS {quoted(name)}")
    other = sql.another()
    for name, schema in schemas.items():
        assert other(f"FROM {schema}.{quoted(name)}") == [(7,)], name
        sql(f"DROP TABLE {schema}.{quoted(name)}")
        sql(f"DROP SCHEMA {schema}")
