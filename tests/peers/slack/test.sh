#!/bin/sh
# The emulator's own tests, as one test; skipped (77) where Node or its two packages are missing.
set -eu
cd -- "$(dirname -- "$0")"
command -v node >/dev/null || exit 77
node -e 'require("ws"); require("ajv")' 2>/dev/null || {
    echo "tests/peers/slack: npm ci has not been run here" >&2
    exit 77
}
exec node selftest.mjs "$@"
