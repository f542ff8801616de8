# The jar and how it is kept as new as its sources. Sourced after prerequisites.sh, never run; $home is the checkout.

jar=$home/catalog-server/target/firn.jar

# builds the jar unless it is current
need_jar() {
    if ! is_current; then build || exit 1; fi
}

is_current() {
    [ -f "$jar" ] && [ -z "$(find "$home/pom.xml" "$home/catalog-server/pom.xml" "$home/catalog-server/src/main" \
        -newer "$jar" -print 2>/dev/null | head -n 1)" ]
}

# Maven 3.8 resets colours even when it is told to use none
strip_colours() {
    sed "s/$(printf '\033')\[[0-9;]*m//g"
}

build() (
    set -o pipefail
    mkdir -p "$home/catalog-server/target" || exit 1
    # two starts must not build at once; where there is no flock (macOS) that is left to the user
    if command -v flock >/dev/null; then
        exec 9>"$home/catalog-server/target/.firn-build.lock"
        flock 9
        if is_current; then exit 0; fi
    fi
    need_jdk_and_maven
    say "building the jar (the first time also fetches the libraries: a minute or two)"
    # the time of the jar is the start of its build, so that a source saved meanwhile counts as newer
    start=$(mktemp "$home/catalog-server/target/.firn-build.XXXXXX") || exit 1
    trap 'rm -f "$start"' EXIT
    # built beside and moved over: a server that runs keeps the jar it has open
    if ! (cd "$home" && mvn -B -q -Dstyle.color=never -pl catalog-server -am -DskipTests -Dmaven.test.skip=true \
        -Dfirn.jar.output="$jar.new" package 2>&1) | strip_colours >&2; then
        give_up "the build failed; the lines above say why"
    fi
    touch -r "$start" "$jar.new" && mv "$jar.new" "$jar"
)

# remember_classes OPTION…: adds to $options what makes a server start in a fraction of the time: an archive of the classes that
# it loads, recorded once for each jar and Java version in a rehearsal with these options, and SQLite's library, unpacked then.
# Without them it starts all the same.
remember_classes() {
    local target=$home/catalog-server/target library=$home/catalog-server/target/library record use
    local archive=$target/firn-java$JAVA_MAJOR.archive
    # of this process: two that are started at once do not write into each other's
    local new=$archive.new.$$
    if [ "$JAVA_MAJOR" -ge 25 ]; then
        record=-XX:AOTCacheOutput=$new use=-XX:AOTCache=$archive
    else
        record=-XX:ArchiveClassesAtExit=$new use=-XX:SharedArchiveFile=$archive
    fi
    if [ ! "$archive" -nt "$jar" ]; then
        [ -w "$target" ] || return 0
        say "rehearsing the start, so that this and later ones are fast"
        if ! "$JAVA" "$@" "$record" -jar "$jar" rehearse --library "$library" >/dev/null 2>&1 ||
            ! mv -f "$new" "$archive"; then
            rm -f "$new"
            return 0
        fi
    fi
    options+=("$use" "-Dorg.sqlite.lib.path=$library")
}
