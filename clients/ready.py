"""Waits until a server answers: ready.py URI PID. Fails when the process ends before, or after ten minutes."""

import os
import sys
import time
import urllib.error
import urllib.request

# The first start may have to build the jar.
PATIENCE_SECONDS = 600


def main(uri, process):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with direct.open(f"{uri}/v1/config", timeout=5):
                return 0
        except urllib.error.HTTPError as error:
            if error.code == 401:
                # It answers, and wants to know who asks.
                return 0
            print(f"GET {uri}/v1/config: {error.code} {error.read(2000).decode(errors='replace')}", file=sys.stderr)
            return 1
        except OSError:
            time.sleep(0.1)
        if not is_running(process):
            print("the server's process ended", file=sys.stderr)
            return 1
    print(f"no answer within {PATIENCE_SECONDS} seconds", file=sys.stderr)
    return 1


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
