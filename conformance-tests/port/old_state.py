"""Makes the state that UpgradeIT opens: python3 old_state.py FIRN_JAR FOLDER

Drives the server of that jar, kills it, and writes what it left into FOLDER: its state as SQL, the files of its warehouse, and what it answered.
The data folder stands in all of them as @DATA@. Needs Python alone.
"""

import json
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

PLACEHOLDER = "@DATA@"
CATALOG = "/v1/main"
SCHEMA = {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "id", "type": "long", "required": False}]}


class Server:
    """A server over a data folder, on a port that it chooses."""

    def __init__(self, jar, data):
        command = ["java", "-jar", jar, "serve", "--data", str(data), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "http://127.0.0.1:" in line:
                port = line.split("http://127.0.0.1:")[1].split("/")[0].split()[0].rstrip(".,;'\"")
                self.address = f"http://127.0.0.1:{port}"
                return
        raise SystemExit("The server did not say where it listens")

    def send(self, method, path, body=None, key=None):
        # Compact, as the test sends it again: a repeated request has the same bytes.
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def namespace(name):
    return f"{CATALOG}/namespaces/{name}"


def identifier(level, name):
    return {"namespace": [level], "name": name}


def create(server, level, name, key=None):
    return server.send("POST", f"{namespace(level)}/tables", {"name": name, "schema": SCHEMA}, key)


def commit(server, level, name, update, key=None):
    return server.send("POST", f"{namespace(level)}/tables/{name}", {"requirements": [], "updates": update}, key)


def property_update(key, value):
    return [{"action": "set-properties", "updates": {key: value}}]


def snapshot(number, location):
    content = {
        "snapshot-id": number,
        "sequence-number": number,
        "timestamp-ms": int(time.time() * 1000),
        "manifest-list": f"{location}/metadata/snap-{number}.avro",
        "summary": {"operation": "append"},
        "schema-id": 0,
    } | ({"parent-snapshot-id": number - 1} if number > 1 else {})
    return [
        {"action": "add-snapshot", "snapshot": content},
        {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": number},
    ]


def create_view(server, level, name):
    version = {
        "version-id": 1,
        "timestamp-ms": 1,
        "schema-id": 0,
        "summary": {},
        "representations": [{"type": "sql", "sql": "select 1 as id", "dialect": "spark"}],
        "default-namespace": [level],
    }
    body = {"name": name, "schema": SCHEMA, "view-version": version, "properties": {}}
    server.send("POST", f"{namespace(level)}/views", body)


def fill(server):
    """Answers the requests with a key, which the test sends again, each with its answer."""
    repeated = []

    def once(path, body):
        key = str(uuid.uuid4())
        repeated.append({"key": key, "path": path, "body": body, "answer": server.send("POST", path, body, key)})

    server.send("POST", f"{CATALOG}/namespaces", {"namespace": ["sales"], "properties": {"owner": "ada", "gone": "1"}})
    server.send("POST", f"{namespace('sales')}/properties", {"updates": {"owner": "grace"}, "removals": ["gone"]})
    server.send("POST", f"{CATALOG}/namespaces", {"namespace": ["sales", "inner"]})
    server.send("POST", f"{CATALOG}/namespaces", {"namespace": ["Über uns"], "properties": {"note": "it's 'quoted'"}})
    server.send("POST", f"{CATALOG}/namespaces", {"namespace": ["dropped"]})
    server.send("DELETE", namespace("dropped"))
    once(f"{namespace('sales')}/tables", {"name": "orders", "schema": SCHEMA})
    for name in ("returns", "moved", "dropped", "purged"):
        create(server, "sales", name)
    location = server.send("GET", f"{namespace('sales')}/tables/orders")["metadata"]["location"]
    for number in (1, 2, 3):
        # The server holds it to be there and never reads it.
        (Path(location.removeprefix("file://")) / "metadata" / f"snap-{number}.avro").write_text("no manifests\n")
        commit(server, "sales", "orders", snapshot(number, location))
        commit(server, "sales", "orders", property_update("count", str(number)))
    commit(server, "sales", "dropped", property_update("kept", "yes"))
    rename = {"source": identifier("sales", "moved"), "destination": identifier("Über uns", "arrived")}
    server.send("POST", f"{CATALOG}/tables/rename", rename)
    create_view(server, "sales", "newest")
    create_view(server, "sales", "former")
    rename = {"source": identifier("sales", "former"), "destination": identifier("sales", "latter")}
    server.send("POST", f"{CATALOG}/views/rename", rename)
    server.send("DELETE", f"{namespace('sales')}/tables/dropped")
    server.send("DELETE", f"{namespace('sales')}/tables/purged?purgeRequested=true")
    changes = [identifier_change(name) for name in ("orders", "returns")]
    server.send("POST", f"{CATALOG}/transactions/commit", {"table-changes": changes})
    body = {"requirements": [], "updates": property_update("keyed", "yes")}
    once(f"{namespace('sales')}/tables/returns", body)
    return repeated


def identifier_change(name):
    return {"identifier": identifier("sales", name), "requirements": [], "updates": property_update("together", "yes")}


def read(server):
    """What is asked again of the newer server, and its answers."""
    catalogs = [CATALOG]
    changes = server.send("GET", "/api/v1/catalogs/main/changes?after=0&limit=1000")["changes"]
    # One that lies amidst the commits, with what was renamed and dropped later.
    middle = [change for change in changes if change["operation"] == "commit-table"][3]
    catalogs.append(f"/v1/main%40change:{middle['change']}")
    paths = ["/api/v1/catalogs/main/changes?after=0&limit=1000", "/api/v1/catalogs/main/dropped"]
    for catalog in catalogs:
        paths.append(f"{catalog}/namespaces")
        for level in ("sales", "sales%1Finner", "%C3%9Cber%20uns"):
            paths += [f"{catalog}/namespaces/{level}{more}" for more in ("", "/tables", "/views")]
            for kind in ("tables", "views"):
                rows = server.send("GET", f"{catalog}/namespaces/{level}/{kind}")["identifiers"]
                paths += [f"{catalog}/namespaces/{level}/{kind}/{row['name']}" for row in rows]
    return {path: server.send("GET", path) for path in paths}


def spoil(data):
    """As after a power cut: of the files that the state still keeps, the first is not there, the second is torn and the third empty."""
    database = sqlite3.connect(data / "firn.db")
    kept = [row[0] for row in database.execute("select location from kept_file order by file_id")]
    database.close()
    if len(kept) < 3:
        raise SystemExit(f"The state keeps {len(kept)} files, of which three should be spoilt: run this again")
    files = [Path(location.removeprefix("file://")) for location in kept]
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:50])
    files[2].write_bytes(b"")


def literal(value, data):
    if isinstance(value, bytes):
        # As text, so that the folder can be replaced in it.
        return f"cast({literal(value.decode(), data)} as blob)"
    if isinstance(value, str):
        escaped = value.replace(str(data), PLACEHOLDER).replace("'", "''")
        # A namespace is joined by an unprintable character.
        return "'" + escaped.replace("\x1f", "'||char(31)||'") + "'"
    return "null" if value is None else str(value)


def apply(other, difference):
    """What a difference makes of the other file; dev.firn.store.Difference has the format."""
    made, at = b"", 8
    while True:
        (own,) = struct.unpack_from(">I", difference, at)
        made += difference[at + 4 : at + 4 + own]
        at += 4 + own
        if at == len(difference):
            return made
        start, length = struct.unpack_from(">II", difference, at)
        made += other[start : start + length]
        at += 8


def make_whole(database):
    """The contents that are kept as differences: they hold lengths and checksums, which end with the folder that is replaced in them."""
    contents, whole = {}, {}
    for number, location, content, base in database.execute("select * from kept_file order by file_id"):
        if base is not None:
            other = contents.get(base) or Path(base.removeprefix("file://")).read_bytes()
            content = whole[number] = apply(other, content)
            json.loads(content)
        contents[location] = content
    return whole


def dump(data):
    database = sqlite3.connect(data / "firn.db")
    version = database.execute("pragma user_version").fetchone()[0]
    schema = database.execute("select type, name, sql from sqlite_schema where sql is not null order by rowid").fetchall()
    whole = make_whole(database) if version >= 9 else {}
    lines = [f"{sql};" for kind, name, sql in schema if not name.startswith("sqlite_")]
    for kind, name, _ in schema:
        if kind == "table":
            for row in database.execute(f'select * from "{name}"'):
                if name == "kept_file" and row[0] in whole:
                    row = (row[0], row[1], whole[row[0]], None)
                if name == "sqlite_sequence":
                    lines.append(f"delete from sqlite_sequence where name = {literal(row[0], data)};")
                lines.append(f"insert into {name} values ({', '.join(literal(value, data) for value in row)});")
    lines.append(f"pragma user_version = {version};")
    # The numbers that are never used again come last: inserted rows set them too.
    lines.sort(key=lambda line: "sqlite_sequence" in line)
    database.close()
    return "\n".join(lines) + "\n"


def main(jar, folder):
    data = Path(tempfile.mkdtemp()).resolve() / "data"
    server = Server(jar, data)
    try:
        repeated = fill(server)
        answers = read(server)
        # So that some files are still kept when the server is killed.
        for number in range(6):
            create(server, "sales", f"last{number}")
        answers |= read(server)
    finally:
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)
    spoil(data)
    for file in sorted(data.glob("warehouse/**/metadata/*")):
        target = folder / file.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text().replace(str(data), PLACEHOLDER))
    (folder / "state.sql").write_text(dump(data))
    expected = json.dumps({"answers": answers, "repeated": repeated}, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(expected.replace(str(data), PLACEHOLDER) + "\n")
    shutil.rmtree(data.parent)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]))
