"""A client in a process and an environment of its own, because no two of them share their dependencies."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile

CLIENTS = pathlib.Path(__file__).resolve().parent.parent
CACHE = CLIENTS.parent / ".cache"


class ClientError(Exception):
    """What the client itself said."""


class Client:
    def __init__(self, name, uri):
        self.name = name
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        python = CACHE / "venvs" / name / "bin/python"
        if not python.exists():
            raise SystemExit(f"no environment for {name}: run clients/environment")
        worker = CLIENTS / "lakehouse" / f"{name.split('-')[0]}_worker.py"
        # The program that a person copies is also what connects here.
        environment = {**os.environ, "FIRN_URI": uri, "PYTHONPATH": str(CLIENTS / name)}
        runtimes = sorted(CACHE.glob("jars/*.jar"))
        if runtimes:
            environment.setdefault("FIRN_SPARK_RUNTIME", str(runtimes[-1]))
        self._process = subprocess.Popen(
            [python, worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            text=True,
            encoding="utf-8",
            # A group of its own: Spark is a process below the worker, and must not outlive it.
            start_new_session=True,
        )

    def call(self, method, /, **arguments):
        try:
            self._process.stdin.write(json.dumps({"method": method, "arguments": arguments}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise ClientError(f"{self.name} ended:\n{self._log.read()[-4000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise ClientError(f"{self.name} {method}: {answer['error']}")
        return answer["result"]

    def sql(self, statement):
        return self.call("sql", statement=statement)

    def rows(self, table, **at):
        return self.call("rows", table=table, **at)

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        self._process.stdin.close()
        try:
            self._process.wait(timeout=0 if failure else 30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process.stdout.close()
        self._log.close()
