#!/bin/sh
# The Matrix peers' own tests, as one test; skipped (77) where Node or its packages are missing.
set -eu
cd -- "$(dirname -- "$0")"
command -v node >/dev/null || exit 77
node -e 'require("ws"); require("matrix-bot-sdk")' 2>/dev/null || {
    echo "tests/peers/matrix: npm ci has not been run here" >&2
    exit 77
}
exec node selftest.mjs "$@"
