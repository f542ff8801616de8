import uuid

import example
import pytest


@pytest.fixture
def catalog():
    return example.connect()


@pytest.fixture
def namespace(catalog):
    name = f"pyiceberg_{uuid.uuid4().hex[:12]}"
    catalog.create_namespace(name)
    return name
