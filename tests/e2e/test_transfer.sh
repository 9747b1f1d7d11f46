#!/bin/sh
# anchord export and anchord import from outside: what they say, what they leave behind, and with which exit code. The
# stores are the console's, so that what was imported is what the chat shows, and the other way round.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=tests/e2e/commands.sh
. "$here/commands.sh"

echo "a team in chat, its objectives from a file"
chat west.db <<'END'
:time 2025-07-15 09:00
:in west
/sprint setup\
name: West\
weekly: Friday 14:00\
lead: @ines
END
cat >okrs.csv <<'END'
period;first_day;last_day;objective;kr;day;value
FY Q3;2025-06-02;2025-08-31;Build the pipeline that carries the year;Increase qualified B2B pipeline from $20M to $30M;2025-06-30;$20.8M
FY Q3;;;Build the pipeline that carries the year;Increase qualified B2B pipeline from $20M to $30M;2025-07-07;$21.2M
FY Q3;;;Build the pipeline that carries the year;Increase win rate from 18% to 25%;;
FY Q3;;;Build the pipeline that carries the year;Cut sales cycle from 90 days to 60 days;;
END
run 0 import --db west.db --dry-run okrs.csv
says "It would add 0 teams, 1 period, 1 objective, 3 key results, 0 changed targets, 0 links, 2 readings"
run 0 import --db west.db okrs.csv
says "+ West: KR 1: 2 readings, 2025-06-30 to 2025-07-07, now \$21.2M"
says "Added 0 teams, 1 period, 1 objective, 3 key results, 0 changed targets, 0 links, 2 readings; 0 rows said"
run 0 import --db west.db okrs.csv
says "Added 0 teams, 0 periods, 0 objectives, 0 key results, 0 changed targets, 0 links, 0 readings; 4 rows said"
chat west.db <<'END'
:in west
/okr list
/okr update 3 85 days
/okr target 1 $32M: two enterprise deals moved here
/okr target 1 $31M: one of the two went away again
/okr link 2 feeds 1
/okr token HubSpot
END
says "KR 2 win rate: 18% → 18% → 25%"

echo "one mistake, and nothing is changed"
cat >wrong.csv <<'END'
kr_number,day,value
3,2025-07-01,80 days
1,2025-07-08,=HYPERLINK("http://localhost")
9,2025-07-08,1
END
run 1 import --db west.db wrong.csv
says "wrong.csv:2: KR 3 stands at a newer reading"
says "wrong.csv:3: value:"
says "wrong.csv:4: West has no such key result"
says "3 mistakes; nothing was changed"
run 1 import --db west.db missing.csv
says "missing.csv: cannot be read"

echo "out and in again"
run 0 export --db west.db -o out
run 0 import --db copy.db out
says "Added 1 team, 1 period, 1 objective, 3 key results, 2 changed targets, 1 link, 3 readings"
run 0 export --db copy.db -o again
diff -r out again || fail "it is not the same any more"
run 0 import --db copy.db out
says "Added 0 teams, 0 periods, 0 objectives, 0 key results, 0 changed targets, 0 links, 0 readings"
"$program" export --db west.db --format json >west.json 2>said || fail "no document"
run 0 import --db third.db west.json
"$program" export --db third.db --format json >third.json 2>said || fail "no document"
cmp west.json third.json || fail "it is not the same any more"
! grep -rqE "maria|ines" out west.json || fail "somebody is exported"
! grep -rqE "HubSpot|anchord_[0-9a-f]{8}" out west.json || fail "a token is exported"
grep -qF "# FY Q3 of West" out/rollup.md || fail "no roll-up to read"
[ "$(stat -c %a out/teams.csv)" = 600 ] || fail "others may read it"

echo "a team from a file is asked weekly, and told what its period came to"
chat asked.db <<'END'
:time 2025-07-16 09:00
END
run 0 import --db asked.db out
says "out/weekly-check-ins.csv: weekly-check-ins are not imported"
chat asked.db <<'END'
:in west
:time 2025-07-18 14:05
/okr show 1
:time 2025-09-01 12:00
END
says "Weekly check-in, Fri 18 July"
says "\$32M from Tue 15 July on: two enterprise deals moved here"
says "is fed by KR 2"
says "FY Q3 of West: what it came to"

echo "the targets that a key result had have to fit"
cat >changes.csv <<'END'
kr_number,day,was,target,why
2,2025-06-20,22%,24%,a second fair came up
2,2025-06-10,19%,21%,the fair was a success
END
run 1 import --db west.db changes.csv
says "changes.csv:2: was: this row says 22%, and the change before it, of 2025-06-10, led KR 2 to 21%"
says "1 mistake; nothing was changed"

echo "a formula is text for a spreadsheet, and itself again for an import"
cat >formula.csv <<'END'
period,first_day,last_day,objective
"=cmd|' /C calc'!A0",2025-09-01,2025-11-30,Earn the trust of every region
END
run 0 import --db west.db formula.csv
run 0 export --db west.db -o out
grep -qF ",'=cmd|' /C calc'!A0," out/periods.csv || fail "a spreadsheet would run it"
run 0 import --db west.db out/periods.csv
says "0 periods"

echo "not while a daemon, or a console, has it open"
begin_chat west.db
printf '%s\n' ':in west' '/okr list' >&3
until_shown "KR 2"
run 1 export --db west.db -o out
says "Stop it first"
run 1 import --db west.db okrs.csv
says "Stop it first"
end_chat

echo "wrong usage"
run 1 export --db none.db
says "there is no store yet"
[ ! -e none.db ] || fail "it made one"
run 0 import --db none.db --dry-run out
says "A dry run"
[ ! -e none.db ] || fail "a dry run made one"
run 2 export --db west.db --format xml
says "please use csv or json"
run 2 export --db west.db out
says "one word too many"
run 2 import --db west.db
says "which file?"
run 2 import -c none.yaml okrs.csv
run 0 export --help
says "kr_number"
run 0 import --help
says "kr_number"
silent_about "early_reason"
