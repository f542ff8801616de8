"""What the catalog holds while it is fuzzed, so that requests reach something: made again as soon as a request has destroyed it."""

import requests

NAMESPACES = (("fuzz",), ("fuzz", "nested"), ("a.b %", "日本"))
TABLES = ("table", "third")
VIEWS = ("view",)

COLUMNS = [
    {"id": 1, "name": "id", "required": True, "type": "long"},
    {"id": 2, "name": "at", "required": False, "type": "timestamp"},
    {"id": 3, "name": "note", "required": False, "type": "string"},
    {
        "id": 4,
        "name": "inner",
        "required": False,
        "type": {"type": "struct", "fields": [{"id": 5, "name": "x", "required": False, "type": "double"}]},
    },
]
SCHEMA = {"type": "struct", "schema-id": 0, "fields": COLUMNS}


class Contents:
    def __init__(self, uri, credential):
        self.session = requests.Session()
        # 127.0.0.1 is reached directly, whatever proxy the machine has
        self.session.trust_env = False
        self.uri = uri
        self.token = None
        if credential:
            client, secret = credential.split(":")
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
            answer = self.session.post(f"{uri}/v1/oauth/tokens", data=form)
            answer.raise_for_status()
            self.token = answer.json()["access_token"]
            self.session.headers["Authorization"] = f"Bearer {self.token}"
        configuration = self.session.get(f"{uri}/v1/config")
        configuration.raise_for_status()
        self.prefix = configuration.json()["overrides"]["prefix"]
        self.plans = []
        self.tasks = []
        self.locations = []
        self.restore()

    def restore(self):
        for levels in NAMESPACES:
            self.make("/namespaces", {"namespace": list(levels), "properties": {"owner": "fuzz"}})
            namespace = f"/namespaces/{requests.utils.quote(chr(0x1F).join(levels), safe='')}"
            for name in TABLES:
                self.make(f"{namespace}/tables", table(name))
            for name in VIEWS:
                self.make(f"{namespace}/views", view(name))
        loaded = self.session.get(f"{self.root}/namespaces/fuzz/tables/table").json()
        seen = self.session.get(f"{self.root}/namespaces/fuzz/views/view").json()
        self.locations = [loaded["metadata-location"], seen["metadata-location"]]
        planned = self.session.post(f"{self.root}/namespaces/fuzz/tables/table/plan", json={})
        planned.raise_for_status()
        self.plans = [planned.json()["plan-id"]]

    @property
    def root(self):
        return f"{self.uri}/v1/{self.prefix}"

    def make(self, path, body):
        answer = self.session.post(self.root + path, json=body)
        if answer.status_code not in (200, 409):
            raise AssertionError(f"{path}: {answer.status_code} {answer.text}")


def table(name):
    fields = [{"source-id": 2, "field-id": 1000, "name": "day", "transform": "day"}]
    properties = {"format-version": "3"} if name == "third" else {}
    return {"name": name, "schema": SCHEMA, "partition-spec": {"spec-id": 0, "fields": fields}, "properties": properties}


def view(name):
    version = {
        "version-id": 1,
        "timestamp-ms": 1,
        "schema-id": 0,
        "summary": {},
        "default-namespace": ["fuzz"],
        "representations": [{"type": "sql", "sql": "select 1 as id", "dialect": "spark"}],
    }
    return {"name": name, "schema": SCHEMA, "view-version": version, "properties": {}}


CLIENT = {"grant_type": "client_credentials", "client_id": "fuzz", "client_secret": "secret"}

# By the names of the fields: values that stand for random ones now and then, so that the fields beside them matter.
GOOD = {
    "schema": [SCHEMA],
    "view-version": [view("")["view-version"]],
    "partition-spec": [None, table("")["partition-spec"]],
    "write-order": [None],
    "updates": [
        [{"action": "set-properties", "updates": {"a": "b"}}],
        [{"action": "upgrade-format-version", "format-version": 3}],
        [{"action": "add-schema", "schema": SCHEMA}, {"action": "set-current-schema", "schema-id": -1}],
    ],
}
