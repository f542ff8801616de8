import uuid

import example
import pytest


class Catalog:
    """A connection, and a schema of the test's own: {s} in a statement."""

    def __init__(self, connection, schema):
        self.connection = connection
        self.schema = schema

    def __call__(self, statement):
        return self.connection.execute(statement.replace("{s}", f"firn.{self.schema}")).fetchall()

    def snapshots(self, table):
        return self(f"SELECT snapshot_id, timestamp_ms FROM iceberg_snapshots({{s}}.{table}) ORDER BY sequence_number")

    def another(self):
        """Somebody else, who has nothing of this one's state."""
        return Catalog(example.connect(), self.schema)


@pytest.fixture
def sql():
    catalog = Catalog(example.connect(), f"duckdb_{uuid.uuid4().hex[:12]}")
    catalog("CREATE SCHEMA {s}")
    return catalog
