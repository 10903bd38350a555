#!/bin/bash
# Tries every reader of files with what libFuzzer makes of the inputs in Tests/FuzzingTests/Corpus, under the address
# and undefined-behaviour sanitizers, and every fault that a machine can have. Exits 1 when anything was found.
#
#   Tests/soak.sh SECONDS [READER]       for that long in all; the first build takes some minutes more
#   Tests/soak.sh RUNSx [READER]         that many inputs for each reader: 1000000x
#   Tests/soak.sh again READER FILE      one input once more, with all that the sanitizers have to say
#
# Inputs that reach new code stay in .build/soak-corpus and are where the next run begins. For Linux: Swift's toolchain
# has libFuzzer there. Set CODECS to a folder with libpng16.so.16, libjpeg.so.62 and liblcms2.so.2 that are built with
# -fsanitize=address,fuzzer-no-link, and libFuzzer sees into them as well.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    printf 'Error: %s\nHint: %s\n' "$1" "$2" >&2
    exit 64
}

usage() {
    fail "$1" "Tests/soak.sh SECONDS|RUNSx [READER], or Tests/soak.sh again READER FILE"
}

corpus=Tests/FuzzingTests/Corpus
all=$(cd $corpus && ls -d */ | tr -d /)
again='' runs='' seconds=''
case ${1:-} in
again) [ $# = 3 ] && [ -f "$3" ] || usage "again takes a reader and a file" && again=$(realpath "$3") ;;
*x) runs=${1%x} ;;
*) seconds=${1:-} ;;
esac
[[ -n $again || ${runs:-$seconds} =~ ^[1-9][0-9]*$ ]] || usage "how long?"
readers=${2:-$all}
[ $# -lt 2 ] || grep -qx -- "$2" <<<"$all" || usage "no reader is called '$2'; there are" $all

. .ci/setup
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
fuzzer=$(find -L "$resources/clang/lib" -name "libclang_rt.fuzzer_no_main*$(uname -m).a" | head -n 1)
[ -n "$fuzzer" ] ||
    fail "this Swift comes without libFuzzer" "use the toolchain for Linux from https://www.swift.org/install"

# A build of its own: none of this may end in the one that people use. The undefined-behaviour sanitizer is for C alone.
build() {
    swift build -c release --build-tests --build-path .build/soak --sanitize address -Xswiftc -enable-testing \
        -Xswiftc -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table \
        -Xcc -fsanitize=undefined,fuzzer-no-link -Xcc -fno-sanitize-recover=undefined -Xcxx -fno-sanitize=undefined \
        -Xlinker --undefined=LLVMFuzzerRunDriver -Xlinker --export-dynamic -Xlinker "$fuzzer" -Xlinker -lstdc++ "$@"
}
echo "Building with sanitizers ..." >&2
log=.build/soak.log
mkdir -p .build
build >$log 2>&1 || { tail -n 20 $log >&2 && fail "the build failed" "see $log"; }
tests=$(build --show-bin-path)/harmonizePackageTests.xctest

# Some readers take files: in memory, thousands a second wear nothing out.
[ -d /dev/shm ] && export TMPDIR=/dev/shm

# fuzz READER ARGUMENT...: runs libFuzzer on one reader. By the fast way, stacks end in libraries that have no frame
# pointers, and leaks that are known to be libheif's would be new.
fuzz() {
    local reader=$1 && shift
    ASAN_OPTIONS="fast_unwind_on_malloc=0 ${ASAN_OPTIONS:-}" SWIFT_BACKTRACE=enable=no HARMONIZE_FUZZ=$reader \
        HARMONIZE_FUZZ_ARGUMENTS=$(printf '%s\n' -timeout=10 -rss_limit_mb=2560 "$@") \
        LD_LIBRARY_PATH=${CODECS:+$CODECS${LD_LIBRARY_PATH:+:}}${LD_LIBRARY_PATH:-} \
        "$tests" --testing-library swift-testing --filter FuzzingTests.CorpusTests/fuzzing
}

if [ -n "$again" ]; then
    fuzz "$2" "$again"
    exit
fi

# The faults get a quarter of the time.
faults=Tests/faults.sh
failed=''
if [ -n "$seconds" ]; then
    [ $# = 1 ] && [ -x $faults ] && fault_seconds=$((seconds / 4)) || fault_seconds=0
    share=$(((seconds - fault_seconds) / $(wc -w <<<"$readers")))
    limit=-max_total_time=$((share > 0 ? share : 1))
else
    limit=-runs=$runs fault_seconds=0
fi
for reader in $readers; do
    found=.build/soak-found/$reader inputs=.build/soak-corpus/$reader log=.build/soak-$reader.log
    mkdir -p "$found" "$inputs"
    seeds=("$corpus/$reader")
    case $reader in png | jpeg | tiff | webp | heif) seeds+=(Tests/ImagingTests/Pictures) ;; esac
    touch "$found/.begun"
    status=0
    fuzz "$reader" "$limit" -print_final_stats=1 -print_funcs=0 -reload=0 -artifact_prefix="$found/" \
        "$inputs" "${seeds[@]}" >"$log" 2>&1 || status=$?
    bad=$(find "$found" -type f -newer "$found/.begun" ! -name .begun)
    figure() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
    count() { grep -c "/$1-" <<<"$bad" || :; }
    printf '%-14s%10s executions%8s/s%7s inputs%5s edges: %s crashes, %s hangs, %s leaks, %s out of memory\n' \
        "$reader" \
        "$(figure number_of_executed_units)" "$(figure average_exec_per_sec)" "$(find "$inputs" -type f | wc -l)" \
        "$(sed -n 's/^#.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)" \
        "$(count crash)" "$(count timeout)" "$(count leak)" "$(count oom)"
    if [ $status != 0 ] || [ -n "$bad" ]; then
        failed=1
        grep -m 3 -E 'ERROR|SUMMARY|Fatal error|runtime error' "$log" >&2 || tail -n 5 "$log" >&2
        echo "All of it: $log" >&2
        for file in $bad; do echo "Once more: Tests/soak.sh again $reader $file" >&2; done
    fi
done

if [ $fault_seconds -gt 0 ]; then
    # Without sanitizers, which take an address space that faults are to limit.
    swift build -c release --product harmonize >&2
    $faults $fault_seconds || failed=1
fi
[ -z "$failed" ]
