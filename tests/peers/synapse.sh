#!/usr/bin/env bash
# A real Matrix homeserver (Synapse, SQLite) on a loopback port, for tests.
#
# Synapse is not in Debian's stable suites, so `install` makes a small chroot of
# the unstable suite from the mirror that this machine's own apt already uses.
# No systemd, no container runtime, no mounts: root and chroot(8) are enough.
# The server never federates: its whitelist of other servers is empty.
#
#   synapse.sh install [DIR]            make the chroot (once; a second call returns at once)
#   synapse.sh start [DIR] PORT         start on 127.0.0.1:PORT, wait until ready, print the base URL
#   synapse.sh register USER PASSWORD [DIR]
#                                       make the user (or log in if it exists); prints one line of
#                                       JSON: user_id, access_token, device_id
#   synapse.sh status [DIR]             print the base URL, or fail with status 3 when not running
#   synapse.sh env [DIR]                print NAME=value lines: URL, tokens, paths (for eval)
#   synapse.sh stop [DIR]               stop the server that `start` started, and no other
#   synapse.sh reset [DIR]              forget all users and rooms (refused while it runs)
#   synapse.sh help
#
# DIR is where everything lives; left out, it is $SYNAPSE_DIR, else
# ${XDG_CACHE_HOME:-$HOME/.cache}/synapse-peer. Only results go to standard output.
#
# Environment:
#   SYNAPSE_INSTANCE        name of the state within DIR (default: main); instances share one
#                           chroot and each have their own port, users, rooms and tokens
#   SYNAPSE_SERVER_NAME     the part after the colon in user ids (default: localhost)
#   SYNAPSE_RATELIMITS      relaxed (default) or default: Synapse's own limits, where a sender is
#                           refused with M_LIMIT_EXCEEDED after about ten quick messages
#   SYNAPSE_APPSERVICE_URL  where events for the loaded application service are pushed
#                           (default: http://127.0.0.1:<PORT+1>), or none: nothing is pushed
#   SYNAPSE_MIRROR          Debian mirror to install from (default: the one in apt's sources)
#   SYNAPSE_SUITE           Debian suite to install from (default: sid)
#   SYNAPSE_TIMEOUT         seconds to wait for readiness (default: 60)
set -euo pipefail

me=${0##*/}
say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() {
    say "$*"
    exit 1
}
usage() { sed -n '2,/^set -euo/{/^set -euo/d;s/^# \{0,1\}//;p}' "$0"; }
need() {
    local c
    for c in "$@"; do
        command -v "$c" >/dev/null 2>&1 || die "needs the command '$c' (on Debian: apt-get install ${c})"
    done
}
need_root() { [[ $(id -u) -eq 0 ]] || die "'$1' needs root, for chroot(8)"; }
http() { curl -sS --noproxy '*' --max-time 60 "$@"; }

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # chroot(8) lies there
instance=${SYNAPSE_INSTANCE:-main}
[[ $instance =~ ^[a-z0-9][a-z0-9_-]{0,31}$ ]] || die "SYNAPSE_INSTANCE must be 1 to 32 of a-z 0-9 _ -"

# Sets: dir, root (the chroot), inside (the state as the chroot sees it), state (as this script sees it).
locate() {
    dir=${1:-${SYNAPSE_DIR:-}}
    if [[ -z $dir ]]; then
        [[ -n ${XDG_CACHE_HOME:-${HOME:-}} ]] || die "no directory given, and neither XDG_CACHE_HOME nor HOME is set"
        dir=${XDG_CACHE_HOME:-$HOME/.cache}/synapse-peer
    fi
    dir=$(realpath -m -- "$dir")
    root=$dir/root
    inside=/srv/synapse/$instance
    state=$root$inside
}

need_install() {
    [[ -e $dir/installed ]] || die "nothing installed in $dir: run '$me install $dir' first"
}

# --- install -----------------------------------------------------------------

# The first Debian archive, component main, among apt's configured sources.
apt_mirror() {
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk -F'|' '$1 == "Debian" && $2 == "main" && !seen++ { print $3 }'
}

apt_updated=
apt_update() {
    [[ -z $apt_updated ]] || return 0
    say "running apt-get update"
    apt-get update -qq >&2 || say "apt-get update failed; going on with the lists there are"
    apt_updated=1
}

install_cmd() {
    locate "${1:-}"
    if [[ -e $dir/installed ]]; then
        say "already installed in $dir: $(cat "$dir/installed")"
        return 0
    fi
    need_root install
    need apt-get awk flock
    mkdir -p "$dir"
    exec 9>"$dir/.lock"
    flock -w 900 9 || die "another install in $dir has been running for 15 minutes"
    if [[ -e $dir/installed ]]; then # the one we waited for made it
        say "already installed in $dir: $(cat "$dir/installed")"
        return 0
    fi
    local suite=${SYNAPSE_SUITE:-sid} mirror=${SYNAPSE_MIRROR:-} begun=$SECONDS scheme proxy
    if ! command -v mmdebstrap >/dev/null 2>&1; then
        apt_update
        say "installing mmdebstrap"
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >&2 ||
            die "could not install mmdebstrap"
    fi
    [[ -n $mirror ]] || mirror=$(apt_mirror)
    if [[ -z $mirror ]]; then # apt knows a source's label only once it has its lists
        apt_update
        mirror=$(apt_mirror)
    fi
    [[ -n $mirror ]] || die "apt's sources name no Debian archive: set SYNAPSE_MIRROR to a mirror's URL"
    # shellcheck disable=SC2054 # the comma separates package names
    local opts=(
        --quiet --mode=root --variant=minbase --format=directory
        --include=matrix-synapse,ca-certificates
        --aptopt='Acquire::Check-Valid-Until "false"' # mirrors may be frozen copies
        --aptopt='Acquire::Retries "3"'
        --dpkgopt=force-unsafe-io
        --dpkgopt='path-exclude=/usr/share/man/*'
        --dpkgopt='path-exclude=/usr/share/doc/*'
        --dpkgopt='path-include=/usr/share/doc/*/copyright'
        --dpkgopt='path-exclude=/usr/share/locale/*'
    )
    for scheme in http https; do # the proxies of this machine's apt, if it has any
        proxy=
        eval "$(apt-config shell proxy "Acquire::$scheme::Proxy")"
        [[ -z $proxy ]] || opts+=(--aptopt="Acquire::$scheme::Proxy \"$proxy\"")
    done
    rm -rf --one-file-system "$dir/root.part"
    say "making a chroot of Debian $suite with matrix-synapse in $dir (a minute or two)"
    if ! mmdebstrap "${opts[@]}" "$suite" "$dir/root.part" "$mirror" </dev/null >"$dir/install.log" 2>&1 9>&-; then
        tail -n 25 "$dir/install.log" >&2
        die "mmdebstrap failed; all of its output: $dir/install.log"
    fi
    local version
    # shellcheck disable=SC2016 # dpkg expands it
    version=$(chroot "$dir/root.part" dpkg-query -W -f '${Version}' matrix-synapse 9>&-) ||
        die "the chroot holds no matrix-synapse; see $dir/install.log"
    chroot "$dir/root.part" /usr/bin/python3 -c 'import synapse.app.homeserver' >&2 9>&- ||
        die "matrix-synapse $version from $suite does not load (unstable may be broken today)"
    rm -rf --one-file-system "$root"
    mv "$dir/root.part" "$root"
    printf 'matrix-synapse %s (%s)\n' "$version" "$suite" >"$dir/installed"
    say "installed matrix-synapse $version in $((SECONDS - begun)) s"
}

# --- the process ---------------------------------------------------------------

# A process's start time in clock ticks since boot: with the pid it names one process for good.
start_time() {
    local line
    { line=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    line=${line##*) } # the name before it may contain spaces
    # shellcheck disable=SC2086 # split into fields
    set -- $line
    printf '%s\n' "${20}"
}

# Prints the pid of the server that was started from this state, if that very process still runs.
running_pid() {
    local pid began
    [[ -r $state/process ]] || return 1
    read -r pid began _ <"$state/process" || return 1
    [[ $pid =~ ^[0-9]+$ && $(start_time "$pid") == "$began" ]] || return 1
    [[ $(readlink "/proc/$pid/root") == "$root" ]] || return 1
    [[ $(awk '/^State:/ { print $2 }' "/proc/$pid/status" 2>/dev/null) != Z ]] || return 1
    printf '%s\n' "$pid"
}

running_port() {
    local pid began port
    read -r pid began port <"$state/process"
    printf '%s\n' "$port"
}

lock_state() {
    mkdir -p "$state"
    exec 8>"$state/.lock"
    flock -w 120 8 || die "another start or stop of instance '$instance' is still at work"
}

# --- start ---------------------------------------------------------------------

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

write_config() {
    local port=$1 push=$2 name
    if [[ ! -s $state/secrets ]]; then
        (
            umask 077
            for name in registration macaroon form as_token hs_token; do
                printf '%s=%s\n' "$name" "$(secret)"
            done >"$state/secrets.new"
        )
        mv "$state/secrets.new" "$state/secrets"
    fi
    local registration macaroon form as_token hs_token
    # shellcheck disable=SC1091
    . "$state/secrets"
    cat >"$state/appservice.yaml" <<YAML
id: testbot
url: $push
as_token: "$as_token"
hs_token: "$hs_token"
sender_localpart: testbot
rate_limited: false
receive_ephemeral: true
namespaces:
  users:
    - exclusive: true
      regex: "@testbot_.*:${server_name//./\\\\.}"
YAML
    cat >"$state/log.yaml" <<'YAML'
version: 1
formatters:
  line: {format: '%(asctime)s %(levelname)s %(name)s %(request)s %(message)s'}
handlers:
  out: {class: logging.StreamHandler, formatter: line}
root: {level: INFO, handlers: [out]}
disable_existing_loggers: false
YAML
    {
        cat <<YAML
server_name: "$server_name"
public_baseurl: "http://127.0.0.1:$port/"
pid_file: $inside/homeserver.pid
listeners:
  - port: $port
    type: http
    tls: false
    bind_addresses: ["127.0.0.1"]
    resources: [{names: [client, federation], compress: false}]
database: {name: sqlite3, args: {database: $inside/homeserver.db}}
media_store_path: $inside/media
signing_key_path: $inside/signing.key
log_config: $inside/log.yaml
registration_shared_secret: "$registration"
macaroon_secret_key: "$macaroon"
form_secret: "$form"
enable_registration: false
bcrypt_rounds: 4
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
federation_domain_whitelist: []
url_preview_enabled: false
app_service_config_files: [$inside/appservice.yaml]
YAML
        if [[ $limits == relaxed ]]; then
            for name in rc_message rc_registration rc_room_creation rc_joins_per_room rc_admin_redaction \
                rc_3pid_validation rc_third_party_invite rc_media_create rc_reports rc_user_directory; do
                printf '%s: {per_second: 10000, burst_count: 10000}\n' "$name"
            done
            cat <<'YAML'
rc_login:
  address: {per_second: 10000, burst_count: 10000}
  account: {per_second: 10000, burst_count: 10000}
  failed_attempts: {per_second: 10000, burst_count: 10000}
rc_joins:
  local: {per_second: 10000, burst_count: 10000}
  remote: {per_second: 10000, burst_count: 10000}
rc_invites:
  per_room: {per_second: 10000, burst_count: 10000}
  per_user: {per_second: 10000, burst_count: 10000}
  per_issuer: {per_second: 10000, burst_count: 10000}
rc_presence:
  per_user: {per_second: 10000, burst_count: 10000}
YAML
        fi
    } >"$state/homeserver.yaml"
}

# Waits until the server answers; gives up, with the end of its log, when it ends or takes too long.
wait_ready() {
    local pid=$1 url=$2 wait=$3 begun=$SECONDS
    until http --max-time 2 -o /dev/null -f "$url/health" 2>/dev/null; do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -n 25 "$state/synapse.log" >&2
            rm -f "$state/process"
            die "Synapse ended while starting; its log: $state/synapse.log"
        fi
        if ((SECONDS - begun >= wait)); then
            end_process "$pid"
            tail -n 25 "$state/synapse.log" >&2
            rm -f "$state/process"
            die "Synapse was not ready within $wait s; its log: $state/synapse.log"
        fi
        sleep 0.1
    done
}

start_cmd() {
    case $# in
    1) locate "" && local port=$1 ;;
    2) locate "$1" && local port=$2 ;;
    *) die "usage: $me start [DIR] PORT" ;;
    esac
    [[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || die "not a port: '$port'"
    local limits=${SYNAPSE_RATELIMITS:-relaxed} server_name=${SYNAPSE_SERVER_NAME:-localhost}
    local push=${SYNAPSE_APPSERVICE_URL:-http://127.0.0.1:$((port + 1))} wait=${SYNAPSE_TIMEOUT:-60}
    [[ $limits == relaxed || $limits == default ]] || die "SYNAPSE_RATELIMITS must be relaxed or default, not '$limits'"
    [[ $server_name =~ ^[A-Za-z0-9.-]+(:[0-9]+)?$ ]] || die "SYNAPSE_SERVER_NAME is no server name: '$server_name'"
    [[ $wait =~ ^[1-9][0-9]*$ ]] || die "SYNAPSE_TIMEOUT must be whole seconds, not '$wait'"
    case $push in
    none) push=null ;;
    http://* | https://*)
        [[ $push != *[[:space:]\"\\]* ]] || die "SYNAPSE_APPSERVICE_URL has a character that a URL cannot have"
        push="\"$push\""
        ;;
    *) die "SYNAPSE_APPSERVICE_URL must be an http or https URL, or none" ;;
    esac
    need_install
    need_root start
    need curl flock setsid chroot realpath awk
    lock_state
    local url=http://127.0.0.1:$port pid
    if pid=$(running_pid); then
        [[ $(running_port) == "$port" ]] ||
            die "already running on port $(running_port) (pid $pid): stop it first, or set SYNAPSE_INSTANCE"
        wait_ready "$pid" "$url" "$wait" # an earlier start may have been cut short
        say "already running (pid $pid)"
        printf '%s\n' "$url"
        return 0
    fi
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        die "something else listens on 127.0.0.1:$port"
    fi
    if [[ -s $state/server_name && $(cat "$state/server_name") != "$server_name" ]]; then
        die "this state belongs to server name '$(cat "$state/server_name")', not '$server_name': '$me reset' it, or set SYNAPSE_INSTANCE"
    fi
    printf '%s\n' "$server_name" >"$state/server_name"
    write_config "$port" "$push"
    local owner
    owner=$(awk -F: '$1 == "matrix-synapse" { print $3 ":" $4 }' "$root/etc/passwd")
    [[ -n $owner ]] || die "the chroot has no user matrix-synapse"
    chown -R "$owner" "$state"
    rm -f "$state/process" "$state/homeserver.pid"
    [[ ! -e $state/synapse.log ]] || mv -f "$state/synapse.log" "$state/synapse.log.old"
    (
        # Hold nothing of the caller's open: a test runner waits for every copy of its pipes.
        for fd in /proc/"$BASHPID"/fd/*; do
            fd=${fd##*/}
            [[ $fd -le 2 || $fd -eq 255 ]] || eval "exec $fd>&-"
        done
        cd /
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME="$inside" \
            setsid chroot --userspec="$owner" "$root" \
            /usr/bin/python3 -m synapse.app.homeserver --config-path "$inside/homeserver.yaml"
    ) </dev/null >"$state/synapse.log" 2>&1 &
    pid=$!
    local began
    began=$(start_time "$pid") || began=0
    printf '%s %s %s\n' "$pid" "$began" "$port" >"$state/process"
    wait_ready "$pid" "$url" "$wait"
    kill -0 "$pid" 2>/dev/null || die "something else answers on $url"
    say "$(cat "$dir/installed") is ready as '$server_name' (pid $pid, limits: $limits, log: $state/synapse.log)"
    printf '%s\n' "$url"
}

# --- stop ----------------------------------------------------------------------

# Ends one process by its id: asks, waits 20 s, then kills.
end_process() {
    local pid=$1 began tries
    began=$(start_time "$pid") || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 200; tries++)); do
        [[ $(start_time "$pid" || true) == "$began" ]] || return 0
        [[ $(awk '/^State:/ { print $2 }' "/proc/$pid/status" 2>/dev/null) != Z ]] || return 0
        sleep 0.1
    done
    say "pid $pid did not end within 20 s; killing it"
    kill -KILL "$pid" 2>/dev/null || true
}

stop_cmd() {
    locate "${1:-}"
    local pid
    if [[ ! -d $state ]]; then
        say "not running"
        return 0
    fi
    need_root stop
    need flock awk
    lock_state
    if ! pid=$(running_pid); then
        rm -f "$state/process"
        say "not running"
        return 0
    fi
    end_process "$pid"
    rm -f "$state/process"
    say "stopped (pid $pid)"
}

# --- the rest ------------------------------------------------------------------

base_url() {
    need_root "$command"
    running_pid >/dev/null || die "not running: '$me start' it first"
    printf 'http://127.0.0.1:%s' "$(running_port)"
}

status_cmd() {
    locate "${1:-}"
    need_root status
    if ! running_pid >/dev/null; then
        say "not running"
        exit 3
    fi
    printf '%s\n' "$(base_url)"
}

register_cmd() {
    [[ $# -eq 2 || $# -eq 3 ]] || die "usage: $me register USER PASSWORD [DIR]"
    local user=$1 password=$2
    locate "${3:-}"
    need curl jq openssl
    # Synapse would lower-case or refuse anything else.
    [[ $user =~ ^[a-z0-9._=/+-]+$ ]] || die "user names are a-z 0-9 . _ = / + - only: '$user'"
    local url reply code nonce mac registration
    url=$(base_url)
    [[ -r $state/secrets ]] || die "cannot read $state/secrets (run as root)"
    registration=$(sed -n 's/^registration=//p' "$state/secrets")
    nonce=$(http -f "$url/_synapse/admin/v1/register" | jq -er .nonce) || die "Synapse gave no nonce"
    mac=$(printf '%s\0%s\0%s\0notadmin' "$nonce" "$user" "$password" |
        openssl dgst -sha1 -hmac "$registration" | sed 's/.*= *//')
    reply=$(jq -nc --arg n "$nonce" --arg u "$user" --arg p "$password" --arg m "$mac" \
        '{nonce: $n, username: $u, password: $p, mac: $m, admin: false}' |
        http -w '\n%{http_code}' -H 'Content-Type: application/json' --data-binary @- "$url/_synapse/admin/v1/register")
    code=${reply##*$'\n'} reply=${reply%$'\n'*}
    if [[ $code == 400 && $(jq -r .errcode <<<"$reply") == M_USER_IN_USE ]]; then
        reply=$(jq -nc --arg u "$user" --arg p "$password" \
            '{type: "m.login.password", identifier: {type: "m.id.user", user: $u}, password: $p}' |
            http -w '\n%{http_code}' -H 'Content-Type: application/json' --data-binary @- "$url/_matrix/client/v3/login")
        code=${reply##*$'\n'} reply=${reply%$'\n'*}
        [[ $code == 200 ]] || die "'$user' exists, and logging in as it failed with HTTP $code: $reply"
    fi
    [[ $code == 200 ]] || die "registering '$user' failed with HTTP $code: $reply"
    jq -c '{user_id, access_token, device_id}' <<<"$reply"
}

env_cmd() {
    locate "${1:-}"
    local url
    url=$(base_url)
    [[ -r $state/secrets ]] || die "cannot read $state/secrets (run as root)"
    printf 'SYNAPSE_URL=%s\nSYNAPSE_SERVER_NAME=%s\n' "$url" "$(cat "$state/server_name")"
    printf 'SYNAPSE_AS_ID=testbot\n'
    sed -n 's/^as_token=/SYNAPSE_AS_TOKEN=/p; s/^hs_token=/SYNAPSE_HS_TOKEN=/p;
        s/^registration=/SYNAPSE_REGISTRATION_SECRET=/p' "$state/secrets"
    printf 'SYNAPSE_STATE=%q\n' "$state"
}

reset_cmd() {
    locate "${1:-}"
    [[ -d $state ]] || return 0
    need_root reset
    need flock awk
    lock_state
    if running_pid >/dev/null; then die "it runs: '$me stop' it first"; fi
    rm -rf --one-file-system "$state"
    say "forgot instance '$instance'"
}

command=${1:-help}
shift || true
case $command in
install) install_cmd "$@" ;;
start) start_cmd "$@" ;;
register) register_cmd "$@" ;;
status) status_cmd "$@" ;;
env) env_cmd "$@" ;;
stop) stop_cmd "$@" ;;
reset) reset_cmd "$@" ;;
help | -h | --help) usage ;;
*)
    usage >&2
    die "no such subcommand: '$command'"
    ;;
esac
