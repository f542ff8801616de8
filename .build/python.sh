# Python environments of the project's own programs, under .cache/venvs. Sourced after prerequisites.sh, never run; $home is the checkout.

# python_environment NAME REQUIREMENTS: makes $home/.cache/venvs/NAME from a file of pinned requirements, unless it is there
python_environment() {
    local requirements=$2 environment=$home/.cache/venvs/$1 stamp
    # An environment holds absolute paths, so it is only good for the place and the Python it was made with.
    stamp=$({ cat "$requirements"; printf '%s\n' "$environment"; python3 --version; } | sha256sum | cut -d ' ' -f 1)
    [ "$(cat "$environment/stamp" 2>/dev/null || true)" != "$stamp" ] || return 0
    say "making the Python environment of $1"
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    # Last, so that an interrupted installation is made again.
    printf '%s\n' "$stamp" >"$environment/stamp"
}
