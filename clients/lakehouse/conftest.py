import os
import uuid

import pytest
from client import Client

URI = os.environ.get("FIRN_URI", "http://127.0.0.1:8181")


def client(name):
    @pytest.fixture(scope="session", name=name.replace("-", "_").replace(".", "_"))
    def started():
        with Client(name, URI) as running:
            yield running

    return started


duckdb = client("duckdb")
duckdb_1_4 = client("duckdb-1.4")
pyiceberg = client("pyiceberg")
spark = client("spark")


@pytest.fixture
def namespace(pyiceberg):
    name = f"shared_{uuid.uuid4().hex[:12]}"
    pyiceberg.call("create_namespace", name=name)
    return name
