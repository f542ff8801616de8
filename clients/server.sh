# A Firn server for a program's time, with everything temporary in one folder. Sourced, never run.
#
# FIRN: the launcher, by default the one of this checkout

clients=$(CDPATH= cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FIRN=${FIRN:-$clients/../firn}

. "$clients/../.build/prerequisites.sh"

work=
server=
program=

# start_server: sets and exports FIRN_URI when the server answers
start_server() {
    local port
    work=$(mktemp -d "${TMPDIR:-/tmp}/firn-clients.XXXXXX")
    mkdir "$work/tmp"
    # What is killed half-way cannot tidy up after itself, so all temporary files are made in the folder that goes.
    export TMPDIR=$work/tmp SPARK_LOCAL_DIRS=$work/tmp
    export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} -Djava.io.tmpdir=$work/tmp"
    export FIRN_JAVA_OPTS="${FIRN_JAVA_OPTS:-} -Djava.io.tmpdir=$work/tmp"

    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$FIRN" serve --port "$port" --data "$work/data" >"$work/server.log" 2>&1 </dev/null &
    server=$!
    # 127.0.0.1 is reached directly, whatever proxy the machine has
    export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
    if ! python3 "$clients/ready.py" "http://127.0.0.1:$port" "$server"; then
        tail -n 50 "$work/server.log" >&2
        give_up "the server did not become ready; the lines above are its last ones"
    fi
    export FIRN_URI=http://127.0.0.1:$port
}

# run COMMAND…: in the background, because bash answers a signal only when no foreground command is under way
run() {
    local status=0
    "$@" &
    program=$!
    wait "$program" || status=$?
    program=
    return "$status"
}

# end PID: asks, waits, and kills what does not listen
end() {
    kill -TERM "$1" 2>/dev/null || return 0
    local deadline=$((SECONDS + 20))
    while kill -0 "$1" 2>/dev/null; do
        if [ "$SECONDS" -ge "$deadline" ]; then kill -KILL "$1" 2>/dev/null || true; fi
        sleep 0.1
    done
}

clean_up() {
    trap '' INT TERM HUP
    if [ -n "$program" ]; then end "$program"; fi
    if [ -n "$server" ]; then end "$server"; fi
    if [ -n "$work" ]; then rm -rf "$work"; fi
}

trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
