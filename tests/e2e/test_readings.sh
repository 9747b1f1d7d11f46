#!/bin/sh
# Readings over HTTP from outside: the examples of docs/readings.md, command by command, against a daemon. A team is set
# up in the console; the daemon then opens the same store, with a workspace that it never reaches.
# shellcheck disable=SC2016 # these dollars are money
set -eu

command -v curl >/dev/null || exit 77
here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=tests/e2e/commands.sh
. "$here/commands.sh"
manual=$here/../../docs/readings.md
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :; rm -rf -- "$work"' EXIT

echo "a team with a sprint and a token"
chat west.db <<'END'
:zone Europe/Berlin
:time 2025-07-14 08:00
:in west
/sprint setup\
name: West\
timezone: Europe/Berlin\
lead: @maria
/okr objective\
objective: Build the pipeline that carries the year\
period: FY Q3, 2025-06-02 - 2025-08-31
/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close
/okr kr Raise win rate from 18% to 25%
/sprint open\
trigger: KR at Risk\
situation: Qualified pipeline stands at $21.2M against a $30M target\
anchor: 1\
window: 14 July - 28 July\
objective: Restore qualified pipeline momentum before the mid-review\
kr: Increase ICP meeting acceptance rate from 22% to 35%\
kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\
kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days
/okr token HubSpot
END
says "Sprint 1 is open"
token=$(grep -o 'anchord_[0-9a-f]\{64\}' said) || fail "no token"
echo "Authorization: Bearer $token" >anchord.header
! grep -qF -- "$token" west.db* || fail "the store holds the token"

port=$((20000 + $$ % 20000))
start() {
    cat >anchord.yaml <<END
store: sqlite:west.db
listen: 127.0.0.1:$port
workspaces:
  - name: elsewhere
    platform: matrix
    homeserver: http://127.0.0.1:1
    user: "@anchord:example.org"
    access_token: nobody-asks
    allow: ["@*:example.org"]
END
    chmod 600 anchord.yaml
    echo 1752487200000000 >clock # 14 July 2025, 12:00 in Berlin
    ANCHORD_TEST_CLOCK=$work/clock "$program" run -c anchord.yaml >log 2>&1 &
    daemon=$!
    n=0
    until curl -sS "http://127.0.0.1:$port/healthz" >said 2>&1; do
        kill -0 "$daemon" 2>/dev/null || return 1
        [ "$n" -lt 300 ] || fail "it does not answer"
        n=$((n + 1))
        sleep 0.1
    done
}

# Another program may have the port.
tries=0
until start; do
    if ! grep -q "Address already in use" log || [ "$tries" -ge 20 ]; then
        fail "it does not start"
    fi
    tries=$((tries + 1))
    port=$((port + 1))
done

echo "every example of the manual"
awk -v out=example '
    /^    \$ / { open = 1; n++; sub(/^    \$ /, ""); print > (out n ".sh"); more = /\\$/ || /\[$/; next }
    open && more { sub(/^    /, ""); print > (out n ".sh"); more = !/readings$/; next }
    open && /^    / { sub(/^    /, ""); print > (out n ".says"); next }
    { open = 0 }' "$manual"
n=1
while [ -e "example$n.sh" ]; do
    sed "s/127\.0\.0\.1:8089/127.0.0.1:$port/" "example$n.sh" >run.sh
    sh run.sh >said 2>&1 || fail "example $n fails"
    diff "example$n.says" said || fail "example $n is answered otherwise"
    n=$((n + 1))
done
[ "$n" -gt 6 ] || fail "only $((n - 1)) examples"

# send STATUS CURL-ARGUMENT...: what it answers is in the file said.
send() {
    wanted=$1
    shift
    status=$(curl -sS -o said -w '%{http_code}' "$@" "http://127.0.0.1:$port/api/v1/readings") || fail "no answer"
    [ "$status" = "$wanted" ] || fail "$status, not $wanted"
}

echo "what is not let in"
send 401 --json '{"kr": 1, "value": 1}'
says "A token is needed"
send 401 -H "Authorization: Bearer anchord_1" --json '{"kr": 1, "value": 1}'
says "This token is not known here"
send 405 -H @anchord.header
send 415 -H @anchord.header -d 'kr=1'
send 400 -H @anchord.header --json '{"kr": 1, "value": }'
says "line 1, column 20"
head -c 1100000 /dev/zero | tr '\0' ' ' >large
send 413 -H @anchord.header --json @large
send 411 -H @anchord.header -H "Content-Type: application/json" -X POST -T - <large
curl -sS -X POST "http://127.0.0.1:$port/api/v1/readings?token=$token" >said
says "revoke one that was sent in a URL"
curl -sS "http://127.0.0.1:$port/metrics" >said
says 'anchord_readings_total{result="taken"} 5'
says 'anchord_readings_total{result="refused"} 2'

echo "killed, and what was acknowledged is there"
send 200 -H @anchord.header --json '{"kr": 1, "value": "$21.9M", "key": "last"}'
kill -9 "$daemon"
wait "$daemon" || :
! grep -qF -- "$token" log || fail "the log holds the token"
! grep -qE "ERROR: .*Sanitizer|runtime error" log || fail "the log holds a report"
start || fail "it does not start again"
send 200 -H @anchord.header --json '{"kr": 1, "value": "$21.9M", "key": "last"}'
says '{"taken":0,"repeated":1}'
kill "$daemon"
wait "$daemon" || fail "it does not end well"
daemon=
chat west.db <<'END'
:in west
/okr list
/sprint status
/okr token revoke HubSpot
END
says '$20M → $21.9M → $30M'
says '18% → 20% → 25%'
says '22% → 24% → 35%'
"$program" export --db west.db -o out >said 2>&1 || fail "no export"
! grep -rqF -e "$token" -e "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)" out || fail "the export holds it"

echo "revoked"
start || fail "it does not start again"
send 401 -H @anchord.header --json '{"kr": 1, "value": "$22M"}'
says "This token was revoked on 14 July 2025"
kill "$daemon"
wait "$daemon" || fail "it does not end well"
daemon=
