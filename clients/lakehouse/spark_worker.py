"""Spark, driven by a parent process."""

from datetime import datetime, timezone

from worker import digest, serve, timed

from example import connect


class Spark:
    def __init__(self):
        self.session = connect()
        self.session.conf.set("spark.sql.session.timeZone", "UTC")

    def sql(self, statement):
        return [list(row) for row in self.session.sql(statement).collect()]

    def rows(self, table, snapshot=None, milliseconds=None):
        rows = self.sql(f"SELECT * FROM {_at(table, snapshot, milliseconds)}")
        return sorted(rows, key=lambda row: [(value is not None, value) for value in row])

    def digest(self, table, snapshot=None, milliseconds=None):
        return digest(self.rows(table, snapshot, milliseconds))

    def append(self, table, rows):
        schema = self.session.table(table).schema
        self.session.createDataFrame([tuple(row) for row in rows], schema).coalesce(1).writeTo(table).append()
        return 0

    def scan_seconds(self, table, column):
        return timed(lambda: self.sql(f"SELECT count(*), sum({column}) FROM {table}"))


def _at(table, snapshot, milliseconds):
    if snapshot is not None:
        return f"{table} VERSION AS OF {snapshot}"
    if milliseconds is not None:
        moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
        return f"{table} TIMESTAMP AS OF '{moment}'"
    return table


if __name__ == "__main__":
    serve(Spark())
