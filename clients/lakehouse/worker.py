"""The side of a client's process: calls in, answers out, one JSON object per line."""

import hashlib
import json
import os
import sys
import time


def serve(engine):
    """Answers calls on stdin until it ends. What libraries print goes to stderr, stdout belongs to the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"result": getattr(engine, call["method"])(**call["arguments"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), file=answers, flush=True)


def digest(rows):
    """One value for a set of rows, equal in every client when the rows are equal."""
    canonical = sorted(json.dumps(list(row), ensure_ascii=False, default=str) for row in rows)
    return {"rows": len(canonical), "digest": hashlib.sha256("\n".join(canonical).encode()).hexdigest()[:16]}


def timed(work):
    """The best of three, in seconds: the first one often pays for what has nothing to do with the table."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def retrying(attempt, lost_race, attempts=40):
    """Runs attempt until it wins the race against other writers; returns how often it had to be repeated."""
    for repeated in range(attempts):
        try:
            attempt()
            return repeated
        except Exception as error:
            if repeated == attempts - 1 or not lost_race(error):
                raise
            # Writers that lost together must not come back together.
            time.sleep(0.01 * (1 + os.getpid() % 7))
    raise AssertionError("unreachable")
