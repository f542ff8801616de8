"""PyIceberg, driven by a parent process."""

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException
from worker import digest, retrying, serve, timed

from example import connect


class PyIceberg:
    def __init__(self):
        self.catalog = connect()

    def create_namespace(self, name):
        self.catalog.create_namespace(name)

    def views(self, namespace):
        return [name for *_, name in self.catalog.list_views(namespace)]

    def rows(self, table, snapshot=None, milliseconds=None):
        scanned = self._scan(table, snapshot, milliseconds).to_arrow()
        rows = [list(row.values()) for row in scanned.to_pylist()]
        return sorted(rows, key=lambda row: [(value is not None, value) for value in row])

    def digest(self, table, snapshot=None, milliseconds=None):
        return digest(self.rows(table, snapshot, milliseconds))

    def append(self, table, rows):
        def attempt():
            loaded = self.catalog.load_table(table)
            schema = loaded.schema().as_arrow()
            loaded.append(pa.table([list(column) for column in zip(*rows)], schema=schema))

        return retrying(attempt, lambda error: isinstance(error, CommitFailedException))

    def delete(self, table, condition):
        self.catalog.load_table(table).delete(condition)

    def snapshots(self, table):
        snapshots = self.catalog.load_table(table).metadata.snapshots
        return [{"id": s.snapshot_id, "milliseconds": s.timestamp_ms} for s in snapshots]

    def current_snapshot(self, table):
        current = self.catalog.load_table(table).current_snapshot()
        return {"id": current.snapshot_id, "milliseconds": current.timestamp_ms}

    def files(self, table):
        """How many files a reader of the table has to open, and where the table lies."""
        loaded = self.catalog.load_table(table)
        contents = loaded.inspect.files().column("content").to_pylist()
        return {
            "data": contents.count(0),
            "deletes": len(contents) - contents.count(0),
            "location": loaded.location(),
        }

    def scan_seconds(self, table, column):
        return timed(lambda: self.catalog.load_table(table).scan(selected_fields=(column,)).to_arrow())

    def _scan(self, table, snapshot, milliseconds):
        loaded = self.catalog.load_table(table)
        if milliseconds is not None:
            snapshot = loaded.snapshot_as_of_timestamp(milliseconds).snapshot_id
        return loaded.scan(snapshot_id=snapshot)


if __name__ == "__main__":
    serve(PyIceberg())
