from names import NAMES


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


# This line of DuckDB has no ALTER TABLE, so nothing is renamed.
def test_schemas_tables_and_columns(sql):
    schemas = {name: f"firn.{quoted(f'{sql.schema} {name}')}" for name in NAMES}
    for name, schema in schemas.items():
        sql(f"CREATE SCHEMA {schema}")
        sql(f"CREATE TABLE {schema}.{quoted(name)} ({quoted(name)} INTEGER, v VARCHAR)")
        sql(f"INSERT INTO {schema}.{quoted(name)} VALUES (1, 'a'), (2, 'b')")
    other = sql.another()
    for name, schema in schemas.items():
        assert other(f"SELECT {quoted(name)}, v FROM {schema}.{quoted(name)} ORDER BY 1") == [(1, "a"), (2, "b")], name
        sql(f"DROP TABLE {schema}.{quoted(name)}")
        sql(f"DROP SCHEMA {schema}")
