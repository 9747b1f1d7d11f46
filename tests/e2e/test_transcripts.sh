#!/bin/sh
# Every transcript beside this script is a promise: what is typed (lines that begin with "> ") gives exactly what stands
# below it. Lines that begin with "# " are remarks. Run with --accept to write what the program says now, then read
# the difference before it is committed.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
program=${ANCHORD:?the path of the program}
accept=${1:-}
failed=0
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

for transcript in "$here"/transcripts/*.transcript; do
    name=$(basename -- "$transcript" .transcript)
    sed -n 's/^> //p' "$transcript" >"$work/typed"
    grep -v '^# ' "$transcript" >"$work/expected" || true
    status=0
    USER=you TZ=UTC "$program" console --plain --echo <"$work/typed" >"$work/said" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        echo "$name: the console ended with $status"
        tail -n 5 "$work/said"
        failed=1
    elif [ "$accept" = --accept ]; then
        awk -v said="$work/said" '
            /^# / { remarks = remarks $0 "\n"; next }
            /^> / { inputs++; if (remarks != "") { before[inputs] = remarks; remarks = "" } }
            END {
                while ((getline line < said) > 0) {
                    if (line ~ /^> /) printf "%s", before[++n]
                    print line
                }
                printf "%s", remarks
            }' "$transcript" >"$work/new"
        cp -- "$work/new" "$transcript"
    elif ! diff -u --label "$name, as it should be" --label "$name, as it is" "$work/expected" "$work/said"; then
        failed=1
    else
        echo "$name: $(grep -c '^> ' "$transcript") lines typed, as it should be"
    fi
done
exit "$failed"
