import uuid

import example
import pytest


@pytest.fixture(scope="session")
def spark():
    # One session for all tests: starting Spark takes longer than most of them.
    session = example.connect()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


class Catalog:
    """Spark SQL in a namespace of the test's own: {n} in a statement. Rows come back as sorted tuples."""

    def __init__(self, spark, namespace):
        self.spark = spark
        self.namespace = namespace

    def __call__(self, statement):
        rows = [tuple(row) for row in self.spark.sql(statement.replace("{n}", self.namespace)).collect()]
        return sorted(rows, key=lambda row: [(value is not None, value) for value in row]) if len(rows) > 1 else rows

    def snapshots(self, table):
        rows = self.spark.sql(f"SELECT snapshot_id, committed_at FROM {self.namespace}.{table}.snapshots ORDER BY 2")
        return [tuple(row) for row in rows.collect()]


@pytest.fixture
def sql(spark):
    catalog = Catalog(spark, f"firn.spark_{uuid.uuid4().hex[:12]}")
    catalog("CREATE NAMESPACE {n}")
    return catalog
