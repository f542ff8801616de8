#!/usr/bin/env python3
"""A day and a night of one table, seen by DuckDB, PyIceberg and Spark at once.

    clients/environment
    FIRN_URI=http://127.0.0.1:8181 python3 clients/lakehouse_ops.py

After every step each client must return exactly the rows that were written; the first difference ends the program with
an error. This program keeps its own account of the rows, so that three clients that agree on a wrong answer are caught.
"""

import os
import pathlib
import signal
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lakehouse"))

from client import Client, ClientError  # noqa: E402
from worker import digest  # noqa: E402

URI = os.environ.get("FIRN_URI", "http://127.0.0.1:8181")
TABLE = "lake.orders"
BATCHES = 6
ROWS_PER_BATCH = 1000


class Mismatch(Exception):
    """A client does not see what was written."""


class Story:
    def __init__(self, duckdb, pyiceberg, spark):
        self.duckdb = duckdb
        self.pyiceberg = pyiceberg
        self.spark = spark
        self.clients = (duckdb, pyiceberg, spark)
        self.orders = {}

    def tell(self):
        self.create()
        self.append()
        self.read_the_same("after the appends")
        morning = self.pyiceberg.call("current_snapshot", table=TABLE)
        morning_orders = dict(self.orders)

        self.sticky_notes()
        self.read_the_same("after the updates and deletes")
        self.time_travel(morning, morning_orders, "before the night")

        before = self.measure()
        self.compact()
        self.read_the_same("after the compaction")
        self.time_travel(morning, morning_orders, "after the night")
        after = self.measure()
        self.compare(before, after)
        self.tidy(before["location"])
        self.read_the_same("after the clean-up")

    def create(self):
        title("Create a table")
        self.spark.sql("CREATE NAMESPACE IF NOT EXISTS lake")
        if self.spark.sql("SHOW TABLES IN lake LIKE 'orders'"):
            raise Mismatch(f"{TABLE} exists already, and this story starts from nothing")
        self.spark.sql(f"""
            CREATE TABLE {TABLE} (id BIGINT, customer STRING, cents BIGINT, state STRING) USING iceberg
            TBLPROPERTIES ('format-version' = '2', 'write.delete.mode' = 'merge-on-read',
                'write.update.mode' = 'merge-on-read', 'write.merge.mode' = 'merge-on-read')
        """)
        note(f"Spark made {TABLE}, format version 2, merge-on-read")

    def append(self):
        title("Append safely: PyIceberg and DuckDB write at the same time")

        def write(client, first):
            repeated = 0
            for batch in range(first, 2 * BATCHES, 2):
                rows = [order(id) for id in range(batch * ROWS_PER_BATCH, (batch + 1) * ROWS_PER_BATCH)]
                repeated += client.call("append", table=TABLE, rows=rows)
            return repeated

        start = time.perf_counter()
        with ThreadPoolExecutor() as writers:
            python = writers.submit(write, self.pyiceberg, 0)
            duck = writers.submit(write, self.duckdb, 1)
            repeated = {"PyIceberg": python.result(), "DuckDB": duck.result()}
        for id in range(2 * BATCHES * ROWS_PER_BATCH):
            self.orders[id] = order(id)
        note(f"{2 * BATCHES} appends of {ROWS_PER_BATCH} rows in {time.perf_counter() - start:.1f} s")
        for name, count in repeated.items():
            note(f"{name}: {count} appends had to be repeated because the other was faster; none was lost")

    def sticky_notes(self):
        title("Daytime: updates and deletes are sticky notes on the files")
        for hour in range(4):
            self.change(self.spark, f"UPDATE {TABLE} SET state = 'paid' WHERE id % 41 = {hour}", "paid", 41, hour)
            self.change(self.duckdb, f"UPDATE firn.{TABLE} SET state = 'sent' WHERE id % 43 = {hour}", "sent", 43, hour)
            self.change(self.spark, f"DELETE FROM {TABLE} WHERE id % 101 = {hour}", None, 101, hour)
            self.change(self.duckdb, f"DELETE FROM firn.{TABLE} WHERE id % 103 = {hour}", None, 103, hour)
        note("4 hours, in each of them an update and a delete from Spark, and an update and a delete from DuckDB")

    def change(self, client, statement, state, divisor, remainder):
        client.sql(statement)
        for id in [id for id in self.orders if id % divisor == remainder]:
            if state is None:
                del self.orders[id]
            else:
                self.orders[id] = [*self.orders[id][:3], state]

    def time_travel(self, snapshot, orders, when):
        title(f"Time travel to the table before the first update, {when}")
        self.read_the_same(f"by snapshot {snapshot['id']}", orders, snapshot=snapshot["id"])
        self.read_the_same("by timestamp", orders, milliseconds=snapshot["milliseconds"])

    def compact(self):
        title("Night: compaction into one file")
        rewritten = self.spark.sql(f"""
            CALL firn.system.rewrite_data_files(table => '{TABLE}',
                options => map('rewrite-all', 'true'))
        """)[0]
        note(f"rewrite_data_files: {rewritten[0]} data files became {rewritten[1]}")
        # The notes have been worked into the new file; those that are left point to files that no one reads any more.
        removed = self.spark.sql(f"""
            CALL firn.system.rewrite_position_delete_files(table => '{TABLE}', options => map('rewrite-all', 'true'))
        """)[0]
        note(f"rewrite_position_delete_files: {removed[0]} delete files became {removed[1]}")

    def tidy(self, location):
        title("Clean-up: files that no snapshot needs")
        on_disk = files_below(location)
        now = self.spark.sql("SELECT date_format(current_timestamp(), 'yyyy-MM-dd HH:mm:ss.SSS')")[0][0]
        self.spark.sql(f"CALL firn.system.expire_snapshots(table => '{TABLE}', older_than => TIMESTAMP '{now}')")
        snapshots = len(self.pyiceberg.call("snapshots", table=TABLE))
        note(f"expire_snapshots left {snapshots} snapshot; {on_disk} files on disk became {files_below(location)}")
        if snapshots != 1:
            raise Mismatch(f"{snapshots} snapshots are left of which only the last was to stay")

    def measure(self):
        files = self.pyiceberg.call("files", table=TABLE)
        files["seconds"] = {
            client.name: client.call("scan_seconds", table=TABLE, column="cents") for client in self.clients
        }
        return files

    def compare(self, before, after):
        title("Before and after")
        print(f"  {'':16}{'evening':>10}{'morning':>10}")
        print(f"  {'data files':16}{before['data']:>10}{after['data']:>10}")
        print(f"  {'delete files':16}{before['deletes']:>10}{after['deletes']:>10}")
        for name, seconds in before["seconds"].items():
            print(f"  {'scan, ' + name:16}{seconds * 1000:>7.0f} ms{after['seconds'][name] * 1000:>7.0f} ms")
        if (after["data"], after["deletes"]) != (1, 0):
            raise Mismatch("the compaction was to leave one data file and no delete file")
        if before["deletes"] == 0:
            raise Mismatch("the day was to leave delete files")

    def read_the_same(self, when, orders=None, **at):
        expected = digest((self.orders if orders is None else orders).values())
        for client in self.clients:
            seen = client.call("digest", table=TABLE, **at)
            if seen != expected:
                raise Mismatch(f"{when}: {client.name} sees {seen}, written was {expected}")
        note(f"{when}: {expected['rows']} rows, the same in {', '.join(client.name for client in self.clients)}")


def order(id):
    return [id, f"customer {id % 97}", (id * 7919) % 100_000, "new"]


def files_below(location):
    folder = pathlib.Path(urllib.request.url2pathname(urllib.parse.urlparse(location).path))
    return sum(1 for file in folder.rglob("*") if file.is_file())


def title(text):
    print(f"\n{text}", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def main():
    # An exit that is asked for ends the clients too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    start = time.perf_counter()
    with ExitStack() as open_clients:
        clients = [open_clients.enter_context(Client(name, URI)) for name in ("duckdb", "pyiceberg", "spark")]
        try:
            Story(*clients).tell()
        except (Mismatch, ClientError) as error:
            print(f"\nFAILED: {error}", file=sys.stderr)
            return 1
    print(f"\nEvery client saw the same rows at every step ({time.perf_counter() - start:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
