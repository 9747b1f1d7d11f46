#!/bin/sh
# Every command that the program has stands in its manual, and is completed by a shell.
set -eu

program=${ANCHORD:?the path of the program}
root=$(dirname -- "$(readlink -f -- "$0")")/../..
manual=$root/docs/man/anchord.1.scd
completion=$root/config/completions/anchord.bash

fail() {
    echo "$1"
    exit 1
}

commands=$("$program" --help | sed -n 's/^  anchord \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail "the program tells of no command"
for command in $commands; do
    grep -qF "*anchord $command*" "$manual" || fail "its synopsis lacks $command"
    grep -qxF "*$command*" "$manual" || fail "the manual does not say what $command does"
    grep -qw "$command" "$completion" || fail "$command is not completed"
done
