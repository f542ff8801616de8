"""DuckDB, driven by a parent process."""

from datetime import datetime, timezone

from worker import digest, retrying, serve, timed

from example import connect


class DuckDB:
    def __init__(self):
        self.connection = connect()

    def sql(self, statement):
        return self.connection.execute(statement).fetchall()

    def rows(self, table, snapshot=None, milliseconds=None):
        return self.sql(f"SELECT * FROM {_at(table, snapshot, milliseconds)} ORDER BY ALL")

    def digest(self, table, snapshot=None, milliseconds=None):
        return digest(self.rows(table, snapshot, milliseconds))

    def append(self, table, rows):
        values = ", ".join(f"({', '.join(_literal(value) for value in row)})" for row in rows)
        return retrying(lambda: self.sql(f"INSERT INTO firn.{table} VALUES {values}"), _lost_race)

    def scan_seconds(self, table, column):
        return timed(lambda: self.sql(f"SELECT count(*), sum({column}) FROM firn.{table}"))


def _at(table, snapshot, milliseconds):
    if snapshot is not None:
        return f"firn.{table} AT (VERSION => {snapshot})"
    if milliseconds is not None:
        moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
        return f"firn.{table} AT (TIMESTAMP => TIMESTAMP '{moment}')"
    return f"firn.{table}"


def _literal(value):
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _lost_race(error):
    # DuckDB leaves it to its user to try again when another writer was first.
    return "CommitFailedException" in str(error) or "Conflict" in str(error)


if __name__ == "__main__":
    serve(DuckDB())
