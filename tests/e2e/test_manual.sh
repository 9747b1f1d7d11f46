#!/bin/sh
# Every command that the program has stands in its manual, and is completed by a shell.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=tests/e2e/commands.sh
. "$here/commands.sh"
manual=$here/../../docs/man/anchord.1.scd
completion=$here/../../config/completions/anchord.bash

run 0 --help
commands=$(sed -n 's/^  anchord \([a-z]*\) .*/\1/p' said)
[ -n "$commands" ] || fail "the program tells of no command"
for command in $commands; do
    grep -qF "*anchord $command*" "$manual" || fail "the synopsis lacks $command"
    grep -qxF "*$command*" "$manual" || fail "the manual does not say what $command does"
    grep -qw "$command" "$completion" || fail "$command is not completed"
done
