#!/bin/sh
# Runs the tests under Thread Sanitizer or Address Sanitizer: ./Tests/sanitize.sh thread|address [--filter X …]
#
# Tests that measure, or that run the command as a process of its own, are the ordinary run's.
set -eu
cd "$(dirname "$0")/.."
sanitizer=${1:?"thread or address"}
shift
suites='GeometryTests|FilesTests|ComputeTests|TensorsTests|NeuralNetTests|OptimizationTests|SynthesisTests'
suites="$suites|HarmonizationTests|ImagingTests|CuttingTests|PlottingTests"
[ $# -gt 0 ] || set -- --filter "$suites|ClassifierTests|GoldenTrainingTests"
. .ci/setup

# A report ends the run with an error. Leaks are not looked for: what is compiled in or made once is kept for good.
export TSAN_OPTIONS="suppressions=$PWD/Tests/thread-sanitizer.txt exitcode=66 ${TSAN_OPTIONS:-}"
export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}"
exec swift test -c release -Xswiftc -enable-testing --sanitize="$sanitizer" --build-path ".build/$sanitizer" "$@"
