#!/bin/sh
# anchord backup, restore, verify and forget from outside: what they say, what they leave behind, and with which exit
# code. The stores are the console's.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=tests/e2e/commands.sh
. "$here/commands.sh"

nothing_left() {
    for file in *.part-*; do
        [ ! -e "$file" ] || fail "it left $file behind"
    done
}

echo "a copy while somebody works in it"
begin_chat west.db
cat >&3 <<'END'
:in west
/sprint setup\
name: West\
lead: @maria
/okr objective\
objective: Build the pipeline that carries the year\
period: FY Q3, 2025-06-02 - 2025-08-31
/okr kr Raise win rate from 18% to 25%
/okr update 1 20%
/sprint status
END
until_shown "20%"
run 0 backup --db west.db copy.db
says "copy.db: 1 team, 0 sprints, 1 reading, "
says "checked"
[ "$(stat -c %a copy.db)" = 600 ] || fail "others may read the copy"
[ ! -e copy.db-wal ] || fail "the copy has a log"
run 0 verify --db west.db
says "0 sprints, 1 reading: all as it should be"
run 0 verify copy.db

echo "not in the place of what is there"
run 1 backup --db west.db copy.db
says "--force"
run 0 backup --db west.db --force copy.db
run 1 backup --db west.db --force west.db
says "that is the store itself"
run 1 backup --db west.db --force .
says "one plain file"
run 1 backup --db west.db nowhere/copy.db
says "nowhere/copy.db"
run 1 backup --db nothing.db other.db
says "there is no store yet"
for file in nothing.db other.db; do
    [ ! -e "$file" ] || fail "it made $file"
done

echo "nothing else while a daemon, or a console, has it open"
run 1 restore --db west.db --force copy.db
says "Stop it first"
run 1 forget --db west.db maria
says "Stop it first"
end_chat

echo "files that are no good"
printf 'hello\n' >text.db
: >empty.db
head -c 60000 copy.db >half.db
for bad in text.db empty.db half.db nothing.db; do
    rm -f other.db
    run 1 backup --db "$bad" other.db
    [ ! -e other.db ] || fail "$bad: it made a copy"
    run 1 verify "$bad"
    run 1 restore --db other.db "$bad"
    [ ! -e other.db ] || fail "$bad: it was restored"
done
nothing_left

echo "a disk that is full"
status=0
(
    trap '' XFSZ
    ulimit -f 100
    "$program" backup --db west.db other.db
) >said 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "ended with $status"
says "other.db: the disk is full"
[ ! -e other.db ] || fail "half a copy is there"
nothing_left

echo "a copy in the place of a store"
begin_chat west.db
printf '%s\n' ':in west' '/okr update 1 22%' '/okr list' >&3
until_shown "22%"
end_chat
run 1 restore --db west.db copy.db
says "there is a store already"
run 0 restore --db west.db --force copy.db
says "1 team, 0 sprints, 1 reading. Start anchord again"
says "The old store is $work/west.db.before-restore-"
run 0 verify --db west.db
says "1 reading:"
run 0 verify west.db.before-restore-*Z
says "2 readings:"
run 0 verify copy.db
run 1 restore --db copy.db copy.db
says "that is the store itself"
begin_chat west.db
printf '%s\n' ':in west' '/okr list' >&3
until_shown "20%"
end_chat
run 0 restore --db fresh.db copy.db
[ "$(stat -c %a fresh.db)" = 600 ] || fail "others may read it"
nothing_left

echo "a log that is left of another store is not read with it"
rm -f fresh.db
printf 'a log' >fresh.db-wal
run 0 restore --db fresh.db copy.db
run 0 verify fresh.db

echo "what root restores belongs to the account that runs it"
if [ "$(id -u)" -eq 0 ]; then
    mkdir theirs
    chown 65534:65534 theirs
    run 0 restore --db theirs/anchord.db copy.db
    [ "$(stat -c %u theirs/anchord.db)" = 65534 ] || fail "the account cannot open it"
fi

echo "a member is forgotten"
run 0 forget --db west.db --dry-run maria
says "maria in console; nothing was changed"
grep -qa maria west.db || fail "a dry run forgot"
run 0 forget --db west.db maria
says "maria is forgotten in console"
says "1 membership"
! grep -qa maria west.db || fail "the name is still there"
run 0 verify --db west.db
says "1 reading: all as it should be"
run 1 forget --db west.db maria
says "nobody of that name"
run 1 forget --db west.db --workspace acme maria

echo "the configuration names the store, and its policy"
cat >anchord.yaml <<END
store: sqlite:$work/west.db
workspaces:
  - name: acme
    platform: slack
    app_token: xapp-1
    bot_token: xoxb-1
END
chmod 600 anchord.yaml
run 0 backup -c anchord.yaml configured.db
run 0 verify -c anchord.yaml
run 0 verify -c anchord.yaml configured.db

echo "wrong usage"
run 2 backup --db west.db
says "to which file?"
run 2 backup --db west.db one.db two.db
says "one word too many"
run 2 restore --db west.db
says "which copy?"
run 2 forget --db west.db
says "whom?"
run 2 forget --db west.db ''
run 2 verify --db west.db one.db two.db
run 2 backup --verbose --db west.db other.db
run 2 backup -c none.yaml other.db
for command in backup restore verify forget; do
    run 0 "$command" --help
    says "--db=FILE"
done
