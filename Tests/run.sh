#!/bin/sh
# Installs what is missing, then builds and runs every test. Arguments go to `swift test`.
set -eu
cd "$(dirname "$0")/.."
. .ci/setup

# Numeric loops are a hundred times slower without optimisation.
exec swift test -c release "$@"
