# shellcheck shell=sh
# What the tests of the program's commands share; read by them, not run. From here on they are in an empty folder of
# their own, which goes with them.

program=${ANCHORD:?the path of the program}
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work" || exit 1

# With what was said last, and what a daemon logged where there is one.
fail() {
    echo "$1"
    cat said log 2>/dev/null | sed 's/^/    /'
    exit 1
}

# run CODE ARGUMENT...: what it says is in the file said.
run() {
    code=$1
    status=0
    shift
    "$program" "$@" >said 2>&1 || status=$?
    [ "$status" -eq "$code" ] || fail "anchord $*: ended with $status, not $code"
}

says() {
    grep -qF -- "$1" said || fail "it does not say: $1"
}

silent_about() {
    ! grep -qF -- "$1" said || fail "it says: $1"
}

# chat STORE: what is typed there, from the input.
chat() {
    USER=maria TZ=UTC "$program" console --plain --db "$1" >said 2>&1 || fail "the console ended"
}

# begin_chat STORE: the console holds it; it reads from the descriptor 3, until end_chat.
begin_chat() {
    rm -f typed
    mkfifo typed
    USER=maria TZ=UTC "$program" console --plain --db "$1" <typed >shown 2>&1 &
    console=$!
    exec 3>typed
}

end_chat() {
    exec 3>&-
    wait "$console" || { cp shown said; fail "the console ended"; }
}

# until_shown TEXT: in that console.
until_shown() {
    n=0
    until grep -qF -- "$1" shown; do
        n=$((n + 1))
        [ "$n" -lt 300 ] || { cp shown said; fail "it was never shown: $1"; }
        sleep 0.1
    done
}
