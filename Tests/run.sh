#!/bin/sh
# Installs what is missing, then builds and runs every test. Arguments go to `swift test`; with --filter or --skip the
# studio, which is tested in a browser, is left out.
set -eu
cd "$(dirname "$0")/.."
. .ci/setup

# Numeric loops are a hundred times slower without optimisation.
swift test -c release "$@"
case " $* " in
*" --filter"* | *" --skip"*) ;;
*)
    HARMONIZE=$(swift build -c release --show-bin-path)/harmonize
    export HARMONIZE
    exec ./Tests/studio.sh
    ;;
esac
