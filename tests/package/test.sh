#!/bin/sh
# test.sh [SUITE...]: builds the package in a fresh root of each Debian release, installs, upgrades, removes and purges
# it in another one, and lets it live as a service in a third (service.mjs). Needs root and mmdebstrap; roots are made in
# build/roots and thrown away.
# shellcheck disable=SC1003,SC2016 # what is quoted is for the console, and for the shell in the root
set -eu

root=$(dirname -- "$(readlink -f -- "$0")")/../..
root=$(cd -- "$root" && pwd)
roots=$root/build/roots
failed=0

say() {
    printf '%s\n' "$*" >&2
}

# keeps PROMISE COMMAND...: the command succeeds.
keeps() {
    promise=$1
    shift
    if "$@" >"$roots/log" 2>&1; then
        say "  kept    $promise"
    else
        say "  BROKEN  $promise"
        sed 's/^/          /' "$roots/log" >&2
        failed=$((failed + 1))
    fi
}

# lacks PROMISE COMMAND...: it fails.
lacks() {
    promise=$1
    shift
    keeps "$promise" sh -c '! "$@"' sh "$@"
}

# within ROOT COMMAND...
within() {
    into=$1
    shift
    chroot "$into" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

mounted=
mount_in() {
    for what in proc dev dev/pts; do
        case $what in
        proc) mount -t proc proc "$1/proc" ;;
        *) mount --bind "/$what" "$1/$what" ;;
        esac
        mounted="$1/$what $mounted"
    done
}

unmount() {
    for mount in $mounted; do
        umount "$mount"
    done
    mounted=
}
trap unmount EXIT
trap 'exit 1' INT TERM

# throw_away NAME...: those roots, and nothing that is mounted in them.
throw_away() {
    for name; do
        rm -rf --one-file-system -- "${roots:?}/$name"
    done
}

# fresh SUITE NAME: a minimal root, unpacked anew; prints where.
fresh() {
    archive=$roots/$1.tar
    if [ ! -e "$archive" ]; then
        say "making a root of $1"
        mmdebstrap --quiet --format=tar --variant=minbase "$1" "$archive.new" >&2
        mv -- "$archive.new" "$archive"
    fi
    throw_away "$2"
    mkdir -p -- "$roots/$2"
    tar -C "$roots/$2" -xf "$archive" --exclude=./dev
    mkdir -p -- "$roots/$2/dev"
    printf '%s\n' "$roots/$2"
}

# make_packages SUITE: two versions of it, built in that release.
make_packages() {
    place=$(fresh "$1" build)
    mkdir -- "$place/src"
    git -C "$root" archive HEAD | tar -C "$place/src" -x
    mount_in "$place"
    within "$place" sh -c 'cd /src && ./dev package && mv build/release/anchord_*.deb /' >&2
    within "$place" sh -c 'cd /src/build/release && cpack -D CPACK_PACKAGE_VERSION=9.0.0 && mv anchord_9*.deb /' >&2
    unmount
    mv -- "$place"/anchord_*.deb "$roots/"
}

# runs_here ROOT: the program works with nothing but what its package asked for.
runs_here() {
    printf '%s\n' ':as maria' ':in #west' '/sprint setup name: West' '/okr objective \' \
        'objective: Build the pipeline that carries the year\' 'period: FY Q3, 2025-06-02 - 2025-08-31' \
        '/okr kr Increase qualified B2B pipeline from $20M to $30M' '/okr list' ':quit' >"$1/tmp/script"
    keeps "the program starts" within "$1" anchord --version
    keeps "it keeps a team's key result" within "$1" sh -c \
        'anchord console --plain --db /tmp/anchord.db </tmp/script | grep -q "qualified B2B pipeline"'
    keeps "its configuration is read, and says what is missing" within "$1" sh -c \
        'anchord check -c /etc/anchord/anchord.yaml 2>&1 | grep -q SLACK_APP_TOKEN'
    keeps "its drawing program starts" within "$1" sh -c '/usr/libexec/anchord/anchord-chart </tmp/nothing'
    rm -f -- "$1/tmp/anchord.db"
}

# lives SUITE: as a service, under that release's systemd.
lives() {
    if ! command -v node >/dev/null; then
        say "  left out: its life as a service, since Node.js is not installed"
        return
    fi
    place=$(fresh "$1" lived)
    mount_in "$place"
    cp -- "$roots"/anchord_*.deb "$place/"
    within "$place" apt-get -qq update >&2
    keeps "it installs beside systemd" within "$place" sh -c 'apt-get install -y --no-install-recommends \
        systemd systemd-sysv dbus "$(ls /anchord_*.deb | grep -v _9)"'
    unmount
    status=0
    node "$root/tests/package/service.mjs" "$place" >"$roots/log" || status=$?
    case $status in
    0 | 77) ;;
    *) failed=$((failed + 1)) ;;
    esac
}

play() {
    say "$1"
    rm -f -- "$roots"/anchord_*.deb
    make_packages "$1"
    lives "$1"
    place=$(fresh "$1" installed)
    mount_in "$place"
    : >"$place/tmp/nothing"
    mv -- "$roots"/anchord_*.deb "$place/"
    within "$place" apt-get -qq update >&2

    keeps "it installs with its dependencies" within "$place" sh -c 'apt-get install -y --no-install-recommends \
        "$(ls /anchord_*.deb | grep -v _9)"'
    runs_here "$place"
    keeps "it has an account of its own" within "$place" getent passwd anchord
    keeps "others cannot read its configuration" within "$place" sh -c \
        '[ "$(stat -c %a:%U:%G /etc/anchord/anchord.yaml)" = 640:root:anchord ]'
    keeps "its store's folder is its own" within "$place" sh -c \
        '[ "$(stat -c %a:%U /var/lib/anchord)" = 700:anchord ]'
    keeps "both manual pages are there" within "$place" sh -c \
        'dpkg -L anchord | grep -q man1/anchord.1 && dpkg -L anchord | grep -q man5/anchord.yaml.5'

    echo '# mine' >>"$place/etc/anchord/anchord.yaml"
    keeps "it is upgraded" within "$place" sh -c 'apt-get install -y /anchord_9*.deb'
    keeps "what was changed in the configuration stays" grep -q '^# mine' "$place/etc/anchord/anchord.yaml"
    runs_here "$place"

    : >"$place/var/lib/anchord/anchord.db"
    keeps "it is removed" within "$place" apt-get remove -y anchord
    lacks "its program is gone then" test -e "$place/usr/bin/anchord"
    keeps "its configuration stays" test -e "$place/etc/anchord/anchord.yaml"
    keeps "it is purged" within "$place" apt-get purge -y anchord
    lacks "its configuration is gone then" test -e "$place/etc/anchord"
    keeps "what the team wrote stays" test -e "$place/var/lib/anchord/anchord.db"
    unmount
    throw_away build installed lived
}

[ "$(id -u)" -eq 0 ] || {
    say "this makes roots and goes into them: run it as root"
    exit 2
}
mkdir -p -- "$roots"
[ $# -gt 0 ] || set -- bookworm trixie
for suite; do
    play "$suite"
done
[ "$failed" -eq 0 ] && say "every promise kept"
[ "$failed" -eq 0 ]
