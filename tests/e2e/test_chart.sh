#!/bin/sh
# anchord chart from outside: pictures of a store that was filled in chat, what it says when it cannot draw one, and
# with which exit code. A picture that was not drawn leaves nothing behind, and replaces nothing.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=tests/e2e/commands.sh
. "$here/commands.sh"

# is_picture FILE WIDTH: a PNG, so many pixels wide.
is_picture() {
    head=$(od -An -tx1 -N20 -- "$1" | tr -d ' \n')
    wanted=89504e470d0a1a0a0000000d49484452$(printf %08x "$2")
    [ "$head" = "$wanted" ] || fail "$1 is no picture that is $2 wide: $head"
}

chat west.db <<'END'
:zone Europe/Berlin
:time 2025-06-02 08:00
:in west
/sprint setup\
name: West\
timezone: Europe/Berlin
/okr objective\
objective: Build the pipeline that carries the year\
period: FY Q3, 2025-06-02 - 2025-08-31
/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close
/okr kr Raise win rate from 18% to 25%
/okr update 1 $20M
:time 2025-07-14 08:00
/okr update 1 $21.2M
/sprint open\
trigger: KR at Risk\
situation: Qualified pipeline stands at $21.2M against a $30M target; two check-ins in a row showed the gap\
anchor: 1\
window: 14 July - 28 July\
objective: Restore qualified pipeline momentum before the mid-review\
kr: Increase ICP meeting acceptance rate from 22% to 35%\
kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\
kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days
/okr chart
:quit
END
says "The chart comes into the channel, where the whole team sees it."
cp west.db before.db

echo "the period, one key result, a sprint; light and dark; a file and a pipe"
run 0 chart --db west.db --team West --today 2025-07-17 -o period.png
is_picture period.png 1080
[ "$(stat -c %a period.png)" = 600 ] || fail "others may read it"
run 0 chart --db west.db --team west --workspace console --kr 2 --today 2025-07-17 -o kr.png
is_picture kr.png 1080
run 0 chart --db west.db --sprint 1 --today 2025-07-17 --width 750 -o sprint.png
is_picture sprint.png 750
run 0 chart --db west.db --today 2025-07-17 --dark -o dark.png
is_picture dark.png 1080
"$program" chart --db west.db --today 2025-07-17 -o - >out 2>said || fail "a pipe gets none"
is_picture out 1080
cmp -s out period.png || fail "a pipe gets another picture"
for other in kr.png sprint.png dark.png; do
    ! cmp -s "$other" period.png || fail "$other is the period's"
done

echo "the same again takes its place"
run 0 chart --db west.db --today 2025-07-18 -o period.png
is_picture period.png 1080
! cmp -s out period.png || fail "another day is the same picture"

echo "what cannot be drawn is said, with what to do"
while IFS='|' read -r arguments what; do
    # The arguments are words.
    # shellcheck disable=SC2086
    run 2 chart --db west.db $arguments
    says "anchord chart: $what"
done <<'END'
-o x.png --team Wset|there is no team “Wset”; did you mean West?
-o x.png --team Marketing|there is no team “Marketing”; there are: West
-o x.png --workspace acme|there is no workspace “acme”; there are: console
-o x.png --kr 9|West has no KR 9; it has: 1, 2
-o x.png --kr -1|a picture is of one key result or of one sprint
-o x.png --sprint 9|West has no sprint 9;
-o x.png --kr 1 --sprint 1|a picture is of one key result or of one sprint
-o x.png --width 9|--width takes 360 to 2160 pixels
-o x.png --today 31.7.|“31.7.” is no day; write it as --today 2025-07-14
-o x.png West|“West” is one word too many
-o x.png --nonsense|Unknown option --nonsense
--kr 1|where to? Name the picture
-o nowhere/x.png|nowhere/x.png: there is no folder nowhere; make it first
-o .|. is a folder; name a file in it
END
[ ! -e x.png ] || fail "a refusal left a picture"
run 1 chart --db none.db -o x.png
says "none.db: there is no store yet"
if [ -w /dev/full ]; then
    status=0
    "$program" chart --db west.db -o - >/dev/full 2>said || status=$?
    [ "$status" -eq 1 ] || fail "a full disk is no failure"
    says "standard output: cannot be written"
fi

echo "without a font it says which to install"
printf '<?xml version="1.0"?>\n<fontconfig></fontconfig>\n' >fonts.conf
XDG_CACHE_HOME=$work FONTCONFIG_FILE=$work/fonts.conf run 0 chart --db west.db -o bare.png
says "no font is installed, so pictures have no words. Install one, as with apt-get install fonts-dejavu-core"

echo "what has no key result has no picture; the store stays as it was"
chat two.db <<'END'
:in east
/sprint setup East
:quit
END
run 2 chart --db two.db -o x.png
says "East has no key result in this period"
"$program" export --db west.db --format json -o after.json 2>said
"$program" export --db before.db --format json -o before.json 2>said
cmp -s before.json after.json || fail "drawing changed the store"
