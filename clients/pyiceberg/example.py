"""PyIceberg on a Firn catalog.

    pip install -r requirements.txt
    FIRN_URI=http://127.0.0.1:8181 python example.py
"""

import os

import pyarrow as pa
from pyiceberg.catalog import load_catalog

URI = os.environ.get("FIRN_URI", "http://127.0.0.1:8181")


def connect(uri=URI):
    return load_catalog("firn", type="rest", uri=uri)


def main():
    catalog = connect()
    catalog.create_namespace_if_not_exists("pyiceberg_example")
    if catalog.table_exists("pyiceberg_example.measurements"):
        catalog.drop_table("pyiceberg_example.measurements")

    first = pa.table({"station": ["Jungfraujoch", "Säntis"], "celsius": [-7.5, -2.0]})
    table = catalog.create_table("pyiceberg_example.measurements", schema=first.schema)
    table.append(first)
    before = table.current_snapshot().snapshot_id
    table.overwrite(pa.table({"station": ["Jungfraujoch"], "celsius": [-8.5]}), "station = 'Jungfraujoch'")
    table.delete("station = 'Säntis'")

    now = table.scan().to_arrow().to_pylist()
    then = table.scan(snapshot_id=before).to_arrow().to_pylist()
    print("now: ", now)
    print("then:", then)
    return now, then


if __name__ == "__main__":
    main()
