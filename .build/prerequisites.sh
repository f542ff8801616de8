# What the launcher and ./check need from the machine. Sourced, never run.

say() { printf 'firn: %s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 1
}

# major_version JAVA: prints 17 for a Java 17; nothing when the program does not run
major_version() {
    local release version
    # every start asks, and reading the release file is faster by one start of Java
    release=$(dirname "$(dirname "$1")")/release
    if [ -r "$release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*$/\2/p' "$release")
        if [ -n "$version" ]; then
            printf '%s\n' "$version"
            return
        fi
    fi
    "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = \(1\.\)\{0,1\}\([0-9]*\).*$/\2/p'
}

# find_java [jdk]: sets JAVA and JAVA_MAJOR to a Java of at least 17; with "jdk" only to one that has a compiler
find_java() {
    local candidate version
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" \
        /usr/lib/jvm/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java \
        /opt/homebrew/opt/openjdk/bin/java; do
        [ -n "$candidate" ] && [ -x "$candidate" ] || continue
        # the macOS stub and links from alternatives/ have no compiler beside them, so follow links first
        candidate=$(resolve "$candidate")
        if [ "${1:-}" = jdk ] && [ ! -x "$(dirname "$candidate")/javac" ]; then continue; fi
        version=$(major_version "$candidate")
        if [ -n "$version" ] && [ "$version" -ge 17 ]; then
            JAVA=$candidate
            JAVA_MAJOR=$version
            return 0
        fi
    done
    return 1
}

# has_utf8_locale: whether Java would understand names and paths beyond ASCII; cron, services and small containers often have no locale
has_utf8_locale() {
    case $(locale charmap 2>/dev/null) in
        [Uu][Tt][Ff]-8 | [Uu][Tt][Ff]8) ;;
        *) return 1 ;;
    esac
}

# has_huge_pages: whether the system gives large pages to a program that asks for them; Java complains on its standard output where it does not
has_huge_pages() {
    [ "$(uname -s)" = Linux ] && grep -q '\[madvise\]\|\[always\]' /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null
}

# trims_native_heap: whether $JAVA can give memory that it has freed back to the system now and then; an older one would not start with the option
trims_native_heap() {
    local version update
    [ "$(uname -s)" = Linux ] && [ ! -f /etc/alpine-release ] || return 1
    if [ "$JAVA_MAJOR" -ge 22 ]; then return 0; fi
    version=$(sed -n 's/^JAVA_VERSION="\([0-9.]*\).*$/\1/p' "$(dirname "$(dirname "$JAVA")")/release" 2>/dev/null)
    update=${version##*.}
    case $version in
        17.0.*) [ "$update" -ge 9 ] ;;
        21.0.*) [ "$update" -ge 1 ] ;;
        *) return 1 ;;
    esac
}

# resolve PATH: follows links without needing GNU readlink
resolve() {
    local path=$1 target
    while [ -L "$path" ]; do
        target=$(readlink "$path")
        case $target in
            /*) path=$target ;;
            *) path=$(dirname "$path")/$target ;;
        esac
    done
    printf '%s/%s\n' "$(cd -P "$(dirname "$path")" && pwd)" "$(basename "$path")"
}

can_install() {
    [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null
}

# install PACKAGE…: on Debian and Ubuntu, as root
install() {
    local log
    log=$(mktemp)
    say "installing $* with apt-get (once)"
    if ! { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"; } \
        </dev/null >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        give_up "apt-get could not install $*; the lines above are its last ones"
    fi
    rm -f "$log"
}

# what a person without apt-get, or without root, has to do
explain() {
    local how="install $1"
    if [ -f /etc/debian_version ]; then
        how="as root: apt-get install $2"
    elif [ "$(uname -s)" = Darwin ]; then
        how="for example: brew install $3"
    fi
    give_up "$1 is needed and was not found; $how"
}

need_java() {
    find_java && return
    if can_install; then install openjdk-17-jdk-headless; fi
    find_java || explain "Java 17 or newer" openjdk-17-jdk-headless openjdk
}

# sets JAVA_HOME, because mvn would otherwise take whatever java comes first
need_jdk_and_maven() {
    local missing=()
    find_java jdk || missing+=(openjdk-17-jdk-headless)
    command -v mvn >/dev/null || missing+=(maven)
    if [ ${#missing[@]} -gt 0 ] && can_install; then install "${missing[@]}"; fi
    find_java jdk || explain "a Java development kit, version 17 or newer," openjdk-17-jdk-headless openjdk
    command -v mvn >/dev/null || explain "Maven 3.8 or newer" maven maven
    JAVA_HOME=$(dirname "$(dirname "$JAVA")")
    export JAVA_HOME
}

# the simulated power cuts watch the server with a small library in C; elsewhere than on Linux those tests say that they cannot run
need_compiler() {
    [ "$(uname -s)" = Linux ] || return 0
    compiles || { if can_install; then install gcc libc6-dev; fi; }
    compiles || explain "a C compiler" "gcc libc6-dev" gcc
}

compiles() {
    command -v gcc >/dev/null && echo '#include <stdio.h>' | gcc -E - >/dev/null 2>&1
}

# the client programs live in virtual environments
need_python() {
    runs_python || { if can_install; then install python3 python3-venv; fi; }
    runs_python || explain "Python 3.10 or newer with venv" "python3 python3-venv" python
}

runs_python() {
    python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}
